import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatImageList, parseCsv, parseImageList } from '../../../src/dataset/csv.js';
import { Dataset } from '../../../src/dataset/dataset.js';
import { hashDistance, HashIndex, imageHash, NEAR_DUPLICATE_BITS } from '../../../src/dataset/imageHash.js';
import { importImages } from '../../../src/dataset/importImages.js';
import { readLayout, type ImportFile } from '../../../src/dataset/layout.js';
import { NodeStorage } from '../../../src/dataset/nodeStorage.js';
import { Random } from '../../../src/dataset/random.js';
import type { Sample } from '../../../src/dataset/sample.js';
import { DEFAULT_FRACTIONS, splitSamples } from '../../../src/dataset/split.js';
import { MemoryStorage, type FileStorage } from '../../../src/dataset/storage.js';
import { exportZip, readZip } from '../../../src/dataset/zip.js';
import { RuntimeError } from '../../../src/errors.js';
import { encode, picture, WHOLE_IMAGES } from './png.js';

const folder = mkdtempSync(join(tmpdir(), 'qcs-dataset-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(path: string, seed: number): ImportFile {
  return { path, bytes: async () => encode(picture(seed)) };
}

function text(path: string, content: string): ImportFile {
  return { path, bytes: async () => new TextEncoder().encode(content) };
}

async function filled(storage: FileStorage = new MemoryStorage()): Promise<Dataset> {
  const dataset = await Dataset.open(storage);
  const files = [1, 2, 3, 4, 5].map((seed) => file(`set/${seed < 4 ? 'Smile' : 'frown'}/${seed}.png`, seed));
  await importImages(dataset, await readLayout(files), { tools: WHOLE_IMAGES });
  return dataset;
}

describe('CSV', () => {
  test('quotes, doubled quotes, commas and both line ends are read', () => {
    expect(parseCsv('\uFEFFa,"b, ""c"""\r\n\n1,"2\n3"')).toEqual([
      ['a', 'b, "c"'],
      ['1', '2\n3'],
    ]);
  });

  test('a list is read back as it was written', () => {
    const images = [
      { path: 'a,b.png', label: 'happy "very"', split: 'test' as const, group: 'p1' },
      { path: 'c.png', label: 'sad', split: null, group: null },
    ];
    expect(parseImageList(formatImageList(images))).toEqual(images);
  });

  test('a missing column, an empty label and an unknown split are named', () => {
    expect(() => parseImageList('file,label\na,b')).toThrow(/path and label/);
    expect(() => parseImageList('path,label\na,')).toThrow(/Row 2/);
    expect(() => parseImageList('path,label,split\na,b,someday')).toThrow(/"someday" in row 2/);
  });
});

describe('random numbers', () => {
  test('a state taken up again gives the same numbers, and seeds differ', () => {
    const random = new Random(7);
    random.next();
    const { state } = random;
    const numbers = [random.next(), random.integer(10), random.next()];
    const again = new Random(state);
    expect([again.next(), again.integer(10), again.next()]).toEqual(numbers);
    expect(new Random(8).next()).not.toBe(new Random(7).next());
  });

  test('draws are uniform and weights are kept', () => {
    const random = new Random(3);
    const counts = [0, 0, 0];
    for (let draw = 0; draw < 6000; draw++) counts[random.weighted([1, 0, 2])] += 1;
    expect(counts[1]).toBe(0);
    expect(counts[2] / counts[0]).toBeGreaterThan(1.8);
    expect(counts[2] / counts[0]).toBeLessThan(2.2);
  });
});

describe('splits', () => {
  const make = (count: number, label: string, group: (index: number) => string | null): Sample[] =>
    Array.from({ length: count }, (_, index) => ({
      id: `${label}${index}`,
      label,
      split: null,
      group: group(index),
      source: '',
    }));
  const share = (samples: readonly Sample[], label: string, split: string) =>
    samples.filter((sample) => sample.label === label && sample.split === split).length;

  test('every class is divided in the wanted shares, and the seed decides who goes where', () => {
    const samples = [...make(200, 'a', () => null), ...make(40, 'b', () => null)];
    const split = splitSamples(samples, { fractions: DEFAULT_FRACTIONS, seed: 1 });
    expect([share(split, 'a', 'train'), share(split, 'a', 'validation'), share(split, 'a', 'test')]).toEqual([
      140, 30, 30,
    ]);
    expect([share(split, 'b', 'train'), share(split, 'b', 'validation'), share(split, 'b', 'test')]).toEqual([
      28, 6, 6,
    ]);
    expect(splitSamples(samples, { fractions: DEFAULT_FRACTIONS, seed: 1 })).toEqual(split);
    expect(splitSamples(samples, { fractions: DEFAULT_FRACTIONS, seed: 2 })).not.toEqual(split);
  });

  test('a group is never torn apart, and each class still comes near its shares', () => {
    const samples = [...make(120, 'a', (i) => `p${i % 20}`), ...make(60, 'b', (i) => `p${i % 20}`)];
    const split = splitSamples(samples, { fractions: DEFAULT_FRACTIONS, seed: 5 });
    const places = new Map<string, Set<string>>();
    for (const { group, split: place } of split) places.set(group!, (places.get(group!) ?? new Set()).add(place!));
    expect([...places.values()].every(({ size }) => size === 1)).toBe(true);
    expect(share(split, 'a', 'train')).toBe(84);
    expect(share(split, 'b', 'validation')).toBe(9);
  });

  test('a lone image trains, and splits that exist can be kept, for a whole group', () => {
    const lone = splitSamples(
      make(1, 'a', () => null),
      { fractions: DEFAULT_FRACTIONS, seed: 1 },
    );
    expect(lone[0].split).toBe('train');
    const [first, ...others] = make(4, 'a', () => 'one');
    const kept = splitSamples([{ ...first, split: 'test' }, ...others], {
      fractions: DEFAULT_FRACTIONS,
      seed: 1,
      keepExisting: true,
    });
    expect(kept.map(({ split }) => split)).toEqual(['test', 'test', 'test', 'test']);
  });
});

describe('picture hashes', () => {
  test('a brighter, noisier copy is near, another picture is far', () => {
    const original = picture(1, 96);
    const random = new Random(1);
    const copy = { ...original, data: original.data.map((value) => value * 1.04 + random.between(-2, 2)) };
    expect(hashDistance(imageHash(original), imageHash(copy))).toBeLessThanOrEqual(NEAR_DUPLICATE_BITS);
    expect(hashDistance(imageHash(original), imageHash(picture(2, 96)))).toBeGreaterThan(60);
  });

  test('the index finds every hash within its distance and none beyond', () => {
    const random = new Random(9);
    const index = new HashIndex();
    const hash = Uint32Array.from({ length: 8 }, () => random.integer(2 ** 32));
    index.add('it', hash);
    const flipped = (count: number) => {
      const copy = hash.slice();
      for (const bit of random.shuffle(Array.from({ length: 256 }, (_, at) => at)).slice(0, count)) {
        copy[bit >>> 5] ^= 1 << (bit & 31);
      }
      return copy;
    };
    for (let round = 0; round < 200; round++) {
      expect(index.find(flipped(NEAR_DUPLICATE_BITS))).toBe('it');
      expect(index.find(flipped(NEAR_DUPLICATE_BITS + 1))).toBeNull();
    }
  });
});

describe('layouts', () => {
  test('class folders, with splits above or below them', async () => {
    const layout = await readLayout([
      file('d/train/Happy/1.png', 1),
      file('d/sad/val/2.png', 2),
      text('d/readme.txt', ''),
    ]);
    expect(layout.kind).toBe('folders');
    expect(layout.images.map(({ label, split }) => [label, split])).toEqual([
      ['happy', 'train'],
      ['sad', 'validation'],
    ]);
  });

  test('a single class folder keeps its name; loose images take the given label or none', async () => {
    expect((await readLayout([file('happy/1.png', 1)])).images[0].label).toBe('happy');
    expect((await readLayout([file('1.png', 1)], 'fear')).images[0].label).toBe('fear');
    expect((await readLayout([file('1.png', 1)])).images[0]).toMatchObject({ label: null, reason: /class folder/ });
  });

  test('a CSV list labels its images, and says which files are missing or not listed', async () => {
    const layout = await readLayout([
      text('d/labels.csv', 'path,label,split,group\nx/1.png,Happy,train,anna\nx/9.png,sad,,'),
      file('d/x/1.png', 1),
      file('d/x/2.png', 2),
    ]);
    expect(layout.kind).toBe('list');
    expect(layout.missing).toEqual(['x/9.png']);
    expect(layout.images[0]).toMatchObject({ label: 'happy', split: 'train', group: 'anna' });
    expect(layout.images[1]).toMatchObject({ label: null });
  });

  test('FERPlus keeps votes as soft labels and drops what is no expression', async () => {
    const csv = [
      'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF',
      'Training,fer1.png,4,0,0,1,4,0,0,0,1,0',
      'PublicTest,fer2.png,0,0,0,0,0,0,0,0,0,10',
    ].join('\n');
    const layout = await readLayout([
      text('f/fer2013new.csv', csv),
      file('f/data/FER2013Train/fer1.png', 1),
      file('f/data/FER2013Valid/fer2.png', 2),
    ]);
    expect(layout.kind).toBe('ferplus');
    expect(layout.images[0]).toMatchObject({ label: 'neutral', votes: { neutral: 0.5, anger: 0.5 }, split: 'train' });
    expect(layout.images[1]).toMatchObject({ label: null, split: 'validation' });
  });

  test('no image at all is an error', async () => {
    await expect(readLayout([text('a.txt', '')])).rejects.toMatchObject({ code: 'data-empty' });
  });
});

describe('the stored data set', () => {
  test('images survive a reload, byte for byte, from disk', async () => {
    const storage = new NodeStorage(folder);
    await filled(storage);
    const again = await Dataset.open(storage);
    expect(again.classes).toEqual(['smile', 'frown']);
    expect(again.samples).toHaveLength(5);
    expect(await again.readImage(again.samples[3])).toEqual(encode(picture(4)));
    const seen: string[] = [];
    for await (const { sample, bytes } of again.readImages(again.samples)) {
      seen.push(sample.id);
      expect(bytes.byteLength).toBe(sample.image.length);
    }
    expect(seen).toHaveLength(5);
  });

  test('the same bytes, a near-identical picture, unreadable and unlabelled files are listed and not taken', async () => {
    const dataset = await filled();
    const nearly = picture(1);
    nearly.data[40] = 255 - nearly.data[40];
    const files: ImportFile[] = [
      file('more/smile/again.png', 2),
      { path: 'more/smile/nearly.png', bytes: async () => encode(nearly) },
      text('more/smile/broken.png', 'no image'),
      file('more/loose.png', 77),
      file('more/frown/new.png', 78),
    ];
    const report = await importImages(dataset, await readLayout(files), { tools: WHOLE_IMAGES });
    expect(report.added).toBe(1);
    expect(report.problems.map(({ path, kind }) => [path, kind])).toEqual([
      ['more/smile/again.png', 'duplicate'],
      ['more/smile/nearly.png', 'duplicate'],
      ['more/smile/broken.png', 'unreadable'],
      ['more/loose.png', 'no-label'],
    ]);
  });

  test('pictures without a face are listed, and of several faces the largest is stored as a crop', async () => {
    const dataset = await Dataset.open(new MemoryStorage());
    const crop = picture(50, 16);
    const tools = {
      ...WHOLE_IMAGES,
      cropFace: async (image: { width: number }) => (image.width === 24 ? { pixels: crop, faces: 2 } : null),
    };
    const files = [file('a/x/1.png', 1), { path: 'a/x/2.png', bytes: async () => encode(picture(2, 30)) }];
    const report = await importImages(dataset, await readLayout(files), { tools });
    expect(report.problems.map(({ kind }) => kind)).toEqual(['several-faces', 'no-face']);
    expect(dataset.samples[0].image).toMatchObject({ width: 16, height: 16 });
  });

  test('edits change the labels, drop the votes, and undo brings them back one by one', async () => {
    const dataset = await filled();
    const before = dataset.samples;
    const id = before[0].id;
    await dataset.relabel(new Set([id]), 'other');
    expect(dataset.classes).toEqual(['smile', 'frown', 'other']);
    await dataset.removeSamples(new Set([id]));
    expect(dataset.samples).toHaveLength(4);
    await dataset.renameClass('frown', 'smile');
    expect(dataset.samples.every(({ label }) => label === 'smile')).toBe(true);
    expect(await dataset.undo()).toBe(true);
    expect(await dataset.undo()).toBe(true);
    expect(dataset.samples).toHaveLength(5);
    expect(await dataset.undo()).toBe(true);
    expect(dataset.samples).toEqual(before);
    expect(await dataset.undo()).toBe(true);
    expect(dataset.samples).toHaveLength(0);
    expect(await dataset.undo()).toBe(false);
  });

  test('a full disk is named, and the data set stays as it was', async () => {
    const memory = new MemoryStorage();
    const dataset = await filled(memory);
    const full = new RuntimeError('storage-full', 'full');
    memory.write = async () => {
      throw full;
    };
    const layout = await readLayout([file('x/smile/9.png', 99)]);
    await expect(importImages(dataset, layout, { tools: WHOLE_IMAGES })).rejects.toBe(full);
    expect(dataset.samples).toHaveLength(5);
  });

  test('an import that is stopped keeps what it had', async () => {
    const dataset = await Dataset.open(new MemoryStorage());
    const controller = new AbortController();
    const files = [1, 2, 3].map((seed) => file(`a/x/${seed}.png`, seed));
    const report = await importImages(dataset, await readLayout(files), {
      tools: WHOLE_IMAGES,
      signal: controller.signal,
      onProgress: ({ done }) => done === 2 && controller.abort(),
    });
    expect(report).toMatchObject({ added: 2, aborted: true });
    expect(dataset.samples).toHaveLength(2);
  });

  test('an exported zip imports again with the same labels, splits and groups', async () => {
    const dataset = await filled();
    await dataset.updateSamples(splitSamples(dataset.samples, { fractions: DEFAULT_FRACTIONS, seed: 1 }));
    const votes = { smile: 0.75, frown: 0.25 };
    await dataset.updateSamples([{ ...dataset.samples[0], votes }]);
    const zip = await exportZip(dataset);
    const again = await Dataset.open(new MemoryStorage());
    const report = await importImages(again, await readLayout(readZip(zip)), { tools: WHOLE_IMAGES });
    expect(report).toMatchObject({ added: 5, problems: [] });
    const facts = (set: Dataset) =>
      set.samples.map(({ label, split, image }) => `${label} ${split} ${image.digest}`).sort();
    expect(facts(again)).toEqual(facts(dataset));
    expect(again.samples.flatMap((sample) => (sample.votes === undefined ? [] : [sample.votes]))).toEqual([votes]);
    expect(() => readZip(zip.subarray(0, 100))).toThrow(/cannot be read/);
  });
});
