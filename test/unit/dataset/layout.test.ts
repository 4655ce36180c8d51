import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { formatImageList, parseImageList } from '../../../src/dataset/imageList.js';
import { matchLabels, readLayout } from '../../../src/dataset/layout.js';
import { readZip } from '../../../src/storage/zip.js';
import { TrainingError } from '../../../src/errors.js';
import { encode, file, picture, text } from './png.js';

describe('data set lists', () => {
  test('a list is read back as it was written', () => {
    const images = [
      { path: 'a,b.png', label: 'happy "very"', split: 'test' as const, group: 'p1' },
      { path: 'c.png', label: 'sad', split: null, group: null },
      { path: '=d.png', label: '@home', split: null, group: '+1 (a)' },
      { path: 'e.png', label: "'=quoted", split: null, group: "'tis" },
      { path: 'f.png', label: '-1.5', split: null, group: '-' },
    ];
    expect(parseImageList(formatImageList(images))).toEqual(images);
  });

  test('a missing column, an empty label and an unknown split are named', () => {
    expect(() => parseImageList('file,label\na,b')).toThrow(/path and label/);
    expect(() => parseImageList('path,label\na,')).toThrow(/Row 2/);
    expect(() => parseImageList('path,label,split\na,b,someday')).toThrow(/"someday" in row 2/);
  });

  test('the row that is named is the line of the file, past empty lines and line ends in quotes', () => {
    expect(() => parseImageList('\n\npath,label\n"a\nb",c\n\r\n,d')).toThrow(/Row 7 /);
    expect(() => parseImageList('path,label,split\n\na,b,someday')).toThrow(/"someday" in row 3/);
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

  test('a split keeps its meaning when all images share its folder, and wherever it stands', async () => {
    const facts = async (...paths: string[]) =>
      (await readLayout(paths.map((path) => file(path, 1)))).images.map(({ label, split }) => [label, split]);
    expect(await facts('train/happy/1.png', 'train/sad/2.png')).toEqual([
      ['happy', 'train'],
      ['sad', 'train'],
    ]);
    expect(await facts('set/Test/happy/1.png')).toEqual([['happy', 'test']]);
    expect(await facts('happy/train/1.png', 'happy/val/2.png')).toEqual([
      ['happy', 'train'],
      ['happy', 'validation'],
    ]);
    expect(await facts('train/1.png')).toEqual([[null, 'train']]);
    expect(await facts('set/happy/1.png', 'set/2.png')).toEqual([
      ['happy', null],
      [null, null],
    ]);
  });

  test('folders called like properties of objects are classes, no splits', async () => {
    const names = ['constructor', '__proto__', 'tostring', 'valueof'];
    const layout = await readLayout(['fear', ...names].map((name) => file(`set/${name}/1.png`, 1)));
    expect(layout.images.map(({ label, split }) => [label, split])).toEqual(
      ['fear', ...names].map((name) => [name, null]),
    );
    expect(() => parseImageList('path,label,split\na,b,constructor')).toThrow(/"constructor" in row 2/);
  });

  test('labels and votes are matched to known names; what an export names stays', async () => {
    const files = [
      text('labels.csv', 'path,label\n1.png,Happy\n2.png,bored'),
      text('votes.json', JSON.stringify({ '1.png': { happy: 0.5, happiness: 0.25, sad: 0.25 } })),
      file('1.png', 1),
      file('2.png', 2),
    ];
    const found = matchLabels(await readLayout(files), ['happiness', 'sadness']);
    expect(found.images.map(({ label }) => label)).toEqual(['happiness', 'bored']);
    expect(found.images[0].votes).toEqual({ happiness: 0.75, sadness: 0.25 });
    const described = text('dataset.json', JSON.stringify({ format: 1, classes: ['happy', 'bored'] }));
    const exported = matchLabels(await readLayout([...files, described]), ['happiness', 'sadness']);
    expect(exported.images[0].label).toBe('happy');
    const loose = matchLabels(await readLayout([file('1.png', 1)]), ['happiness']);
    expect(loose.images[0].label).toBeNull();
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

  test('of two rows for one image the first counts, and a list without the column path is named', async () => {
    const twice = await readLayout([text('labels.csv', 'path,label\n1.png,happy\n1.png,sad'), file('1.png', 1)]);
    expect(twice.missing).toEqual([]);
    expect(twice.images[0]).toMatchObject({ label: 'happy' });
    expect(twice.images[1]).toMatchObject({ label: null, reason: expect.stringMatching(/twice/) as string });
    const other = await readLayout([text('d/all.csv', 'file,emotion\n1.png,happy'), file('d/1.png', 1)]);
    expect(other.images[0].label).toBe('d');
    const loose = await readLayout([text('all.csv', 'file,emotion\n1.png,happy'), file('1.png', 1)]);
    expect(loose.images[0]).toMatchObject({ label: null, reason: expect.stringMatching(/all\.csv.*path/) as string });
  });

  test.each([
    ['no object', '[]', /no object of images/],
    ['of no object', '{"1.png": 3}', /"1\.png": the votes are no object/],
    ['with a text', '{"1.png": {"happy": "1"}}', /"1\.png": the share of "happy"/],
    ['below zero', '{"1.png": {"happy": 2, "sad": -1}}', /"happy" is no number from 0 to 1/],
    ['that are counts', '{"1.png": {"happy": 1, "sad": 1}}', /the shares make 2\.000/],
    ['that are none', '{"1.png": {}}', /the shares make 0\.000/],
  ])('votes %s are refused, and the image is named', async (_, votes, message) => {
    const files = [file('1.png', 1), text('labels.csv', 'path,label\n1.png,happy\n'), text('votes.json', votes)];
    const refusal = expect(readLayout(files)).rejects;
    await refusal.toMatchObject({ code: 'data-format', message: expect.stringMatching(message) as string });
  });

  test('an image whose name every object has gets no votes by it', async () => {
    const list = text('labels.csv', 'path,label\nconstructor.png,happy\n');
    const { images } = await readLayout([file('constructor.png', 1), list, text('votes.json', '{}')]);
    expect(images.map(({ votes }) => votes)).toEqual([undefined]);
    const bare = text('labels.csv', 'path,label\ntoString,happy\n');
    await expect(readLayout([file('toString/1.png', 1), bare, text('votes.json', '{}')])).rejects.toMatchObject({
      code: 'data-empty',
    });
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

  test('a zip of Windows has folders too, and one without images is named', async () => {
    const zipped = zipSync({ 'set\\': new Uint8Array(), 'set\\happy\\1.png': encode(picture(1)) });
    expect((await readLayout(await readZip(zipped))).images.map(({ label }) => label)).toEqual(['happy']);
    const empty = readLayout(await readZip(zipSync({ 'readme.txt': new Uint8Array(3) })));
    await expect(empty).rejects.toBeInstanceOf(TrainingError);
  });
});
