/** Faces of FERPlus by split and class, and data sets of another domain made of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../src/base/random.js';
import { FERPLUS_FOLDERS, ferplusLabel, parseFerplus } from '../../src/dataset/ferplus.js';
import type { Split } from '../../src/dataset/sample.js';
import { decodeInNode } from '../../src/node/decodeImage.js';
import type { SplitSamples, TrainingSample } from '../../src/training/data/samples.js';
import { toByteFace } from '../../src/training/data/augment.js';
import { type DomainName, toDomain } from './domains.js';
import type { DrawOptions } from './experiments.js';
import { CLASSES, shippedModel } from './shipped.js';

export interface Faces {
  readonly folder: string;
  /** File names by split, then by class. */
  readonly names: Readonly<Record<Split, readonly (readonly string[])[]>>;
}

export async function readFaces(folder: string): Promise<Faces> {
  const rows = parseFerplus(await readFile(join(folder, 'fer2013new.csv'), 'utf8'));
  const names = { train: emptyLists(), validation: emptyLists(), test: emptyLists() };
  for (const { name, split, votes } of rows) {
    const label = ferplusLabel(votes, 'majority');
    if (label !== null && label < CLASSES.length) names[split][label].push(name);
  }
  return { folder, names };
}

function emptyLists(): string[][] {
  return CLASSES.map(() => []);
}

/** `images` a class to learn from, drawn by the seed, and at most `test` a class to measure on, the same for every seed. */
export async function samplesOf(
  faces: Faces,
  domain: DomainName,
  options: DrawOptions & { /** By class, where not all have as many. */ readonly counts?: readonly number[] },
): Promise<SplitSamples> {
  const draw = async (split: 'train' | 'validation', counts: readonly number[], seed: number) => {
    const random = new Random(seed);
    const chosen = faces.names[split].flatMap((list, label) =>
      random
        .shuffle(list)
        .slice(0, counts[label])
        .map((name) => ({ name, label, classes: CLASSES.length, domain })),
    );
    return Promise.all(chosen.map((face) => readFace(faces.folder, split, face)));
  };
  const all = (count: number): readonly number[] => CLASSES.map(() => count);
  return {
    train: await draw('train', options.counts ?? all(options.images), options.seed),
    validation: [],
    test: await draw('validation', all(options.test), 0),
  };
}

interface ChosenFace {
  readonly name: string;
  readonly label: number;
  readonly classes: number;
  /** Default: the picture as it is. */
  readonly domain?: DomainName;
}

export async function readFace(
  folder: string,
  split: Split,
  { name, label, classes, domain = 'same' }: ChosenFace,
): Promise<TrainingSample> {
  const { input } = (await shippedModel()).manifest;
  const bytes = await readFile(join(folder, 'data', FERPLUS_FOLDERS[split], name));
  const face = toByteFace(toDomain(domain, await decodeInNode(Uint8Array.from(bytes)), name), input);
  const target = Float32Array.from({ length: classes }, (_, index) => (index === label ? 1 : 0));
  return { id: name, label, target, group: null, fromCamera: false, face };
}
