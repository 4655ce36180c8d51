/** The Train tab's export, written here and read by the Python that trains at full scale. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Dataset } from '../../../src/dataset/dataset.js';
import type { StoredSample } from '../../../src/dataset/packs.js';
import { importImages } from '../../../src/dataset/importImages.js';
import { readLayout } from '../../../src/dataset/layout.js';
import { SPLITS } from '../../../src/dataset/sample.js';
import { DEFAULT_FRACTIONS, splitSamples } from '../../../src/dataset/split.js';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import { exportPath, exportZip } from '../../../src/dataset/exportZip.js';
import { encode, picture, WHOLE_IMAGES } from './png.js';

const PYTORCH = fileURLToPath(new URL('../../../pytorch', import.meta.url));
/** One plain, one that needs quotes in CSV, one that no folder may be called, one beyond ASCII, one that a spreadsheet would run. */
const CLASSES = ['neutral', 'happy, very', 'w/o expression', 'überrascht', '=1+1'];
const A_CLASS = 12;
const SIDE = 24;

/** Reads the archive with the reader of training, split by split, and the groups with its table. */
const READER = `
import csv, io, json, sys, zipfile
from qcs_fer.folders import load_export
archive, cache, classes, side = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), int(sys.argv[4])
table = zipfile.ZipFile(archive).read('labels.csv').decode('utf-8')
groups = {row['path'].split('/')[-1]: row['group'] for row in csv.DictReader(io.StringIO(table, newline=''))}
read = []
for split in ('train', 'validation', 'test'):
    samples = load_export(archive, cache, split, classes, side, 1)
    for index, name in enumerate(samples.names):
        read.append({'file': name, 'split': split, 'label': classes[samples.argmax[index]], 'group': groups[name],
                     'target': samples.targets[index].tolist(), 'mean': samples.images[index].double().mean().item()})
print(json.dumps(read))
`;
import type { NamedBytes } from '../../../src/storage/namedFiles.js';

interface ReadSample {
  readonly file: string;
  readonly split: string;
  readonly label: string;
  readonly group: string;
  readonly target: readonly number[];
  readonly mean: number;
}

const python = [process.env['PYTHON'], '/usr/bin/python3', 'python3'].find(
  (candidate) => candidate !== undefined && spawnSync(candidate, ['-c', 'import torch, numpy, PIL']).status === 0,
);
if (python === undefined)
  process.stdout.write('SKIPPED: no Python with torch and Pillow was found to read an export.\n');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qcs-export-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Pictures by list, every fourth with a group of three, one class with votes of several people. */
async function collected(): Promise<Dataset> {
  const dataset = await Dataset.open(new MemoryStorage());
  const rows = CLASSES.flatMap((label, at) =>
    Array.from({ length: A_CLASS }, (_, index) => {
      const seed = at * A_CLASS + index;
      return { path: `${seed}.png`, seed, label, group: index < 6 ? `person "${at}-${index % 2}"` : '' };
    }),
  );
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const list = rows.map(({ path, label, group }) => [path, quoted(label), '', quoted(group)].join());
  const votes = Object.fromEntries(
    rows.filter(({ label }) => label === 'neutral').map(({ path }) => [path, { neutral: 0.75, überrascht: 0.25 }]),
  );
  const text = (path: string, content: string): NamedBytes => ({
    path,
    bytes: async () => new TextEncoder().encode(content),
  });
  const files = [
    text('labels.csv', ['path,label,split,group', ...list].join('\n')),
    text('votes.json', JSON.stringify(votes)),
    ...rows.map(({ path, seed }): NamedBytes => ({ path, bytes: async () => encode(picture(seed, SIDE)) })),
  ];
  const { added, problems } = await importImages(dataset, await readLayout(files), { tools: WHOLE_IMAGES });
  expect([added, problems]).toEqual([rows.length, []]);
  await dataset.updateSamples(splitSamples(dataset.samples, { fractions: DEFAULT_FRACTIONS, seed: 4 }));
  return dataset;
}

test.skipIf(python === undefined)(
  'an export is read by pytorch/ with the same labels, votes, splits, groups and pixels',
  async () => {
    const dataset = await collected();
    const archive = join(folder, 'export.zip');
    writeFileSync(archive, new Uint8Array(await (await exportZip(dataset)).arrayBuffer()));
    const cache = join(folder, 'cache');
    const output = execFileSync(python!, ['-c', READER, archive, cache, JSON.stringify(CLASSES), String(SIDE)], {
      cwd: PYTORCH,
      encoding: 'utf8',
    });
    const read = JSON.parse(output) as ReadSample[];

    const byFile = new Map(read.map((sample) => [sample.file, sample]));
    expect(byFile.size).toBe(dataset.samples.length);
    for (const sample of dataset.samples) {
      const other = byFile.get(exportPath(sample).split('/').at(-1)!)!;
      const { split, label, group } = sample;
      expect(other).toMatchObject({ split, label, group: group ?? '' });
      expect(other.target).toEqual(CLASSES.map((name) => targetOf(sample, name)));
      expect(Math.abs(other.mean - (await meanOf(dataset, sample)))).toBeLessThan(1);
    }
    const count = (samples: readonly { split: string | null; label: string }[]) =>
      SPLITS.map((split) =>
        CLASSES.map((name) => samples.filter((it) => it.split === split && it.label === name).length),
      );
    expect(count(read)).toEqual(count(dataset.samples));
    expect(
      count(read)
        .flat()
        .every((number) => number > 0),
    ).toBe(true);
    // As Python sees it, nobody is in two splits.
    const places = new Map<string, Set<string>>();
    for (const { group, split } of read)
      if (group !== '') places.set(group, (places.get(group) ?? new Set()).add(split));
    expect([...places.values()].map(({ size }) => size)).toEqual(Array(CLASSES.length * 2).fill(1));
  },
  180_000,
);

function targetOf({ label, votes }: StoredSample, name: string): number {
  return votes === undefined ? Number(name === label) : (votes[name] ?? 0);
}

/** The mean grey of a stored picture. */
async function meanOf(dataset: Dataset, sample: StoredSample): Promise<number> {
  const { data } = await WHOLE_IMAGES.decode(await dataset.readImage(sample));
  let sum = 0;
  for (let pixel = 0; pixel < data.length; pixel += 4) sum += data[pixel];
  return sum / (data.length / 4);
}
