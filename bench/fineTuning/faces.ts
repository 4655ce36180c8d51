/** Faces of FERPlus by split and class, and data sets of another domain made of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../src/base/random.js';
import { ferplusLabel, parseFerplus } from '../../src/dataset/ferplus.js';
import type { Split } from '../../src/dataset/sample.js';
import { decodeInNode } from '../../src/node/decodeImage.js';
import type { SplitSamples, TrainingSample } from '../../src/training/data/samples.js';
import { toByteFace } from '../../src/training/data/augment.js';
import type { InputSpec } from '../../src/weights/manifest.js';
import { type DomainName, toDomain } from './domains.js';
import { CLASSES, shippedModel } from './shipped.js';

const FOLDERS: Readonly<Record<Split, string>> = {
  train: 'FER2013Train',
  validation: 'FER2013Valid',
  test: 'FER2013Test',
};

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
  options: { readonly images: number; readonly test: number; readonly seed: number },
): Promise<SplitSamples> {
  const { input } = (await shippedModel()).manifest;
  const draw = async (split: 'train' | 'validation', count: number, seed: number): Promise<TrainingSample[]> => {
    const random = new Random(seed);
    const chosen = faces.names[split].flatMap((list, label) =>
      random
        .shuffle(list)
        .slice(0, count)
        .map((name) => ({ name, label })),
    );
    return Promise.all(chosen.map(({ name, label }) => sampleOf(faces, split, domain, name, label, input)));
  };
  return {
    train: await draw('train', options.images, options.seed),
    validation: [],
    test: await draw('validation', options.test, 0),
  };
}

async function sampleOf(
  faces: Faces,
  split: Split,
  domain: DomainName,
  name: string,
  label: number,
  input: InputSpec,
): Promise<TrainingSample> {
  const bytes = await readFile(join(faces.folder, 'data', FOLDERS[split], name));
  const face = toByteFace(toDomain(domain, await decodeInNode(Uint8Array.from(bytes)), name), input);
  const target = Float32Array.from(CLASSES, (_, index) => (index === label ? 1 : 0));
  return { id: name, label, target, group: null, fromCamera: false, face };
}
