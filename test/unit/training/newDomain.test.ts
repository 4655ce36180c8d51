/** What `train` gains by its defaults, on pictures that the shipped model reads badly and on those that it knows. Needs FERPlus; `npm run bench -- fine-tuning` measures more. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Faces, readFaces, samplesOf } from '../../../bench/fineTuning/faces.js';
import { type Methods, startMethods } from '../../../bench/fineTuning/methods.js';
import { CLASSES } from '../../../bench/fineTuning/shipped.js';
import type { SplitSamples } from '../../../src/training/data/samples.js';

const SHARED = '../shared/data/ferplus';
const FERPLUS = existsSync(SHARED) ? SHARED : undefined;
if (FERPLUS === undefined) console.log(`Skipped: there is no ${SHARED}.`);

let faces: Faces;
let methods: Methods;
beforeAll(async () => {
  if (FERPLUS === undefined) return;
  faces = await readFaces(FERPLUS);
  methods = await startMethods(['none', 'default']);
}, 120_000);
afterAll(() => methods?.stop());

/** Points of accuracy and of mean recall over the shipped model. */
async function gain(samples: SplitSamples): Promise<{ accuracy: number; recall: number }> {
  const before = await methods.measure('none', samples, CLASSES, 1);
  const after = await methods.measure('default', samples, CLASSES, 1);
  return {
    accuracy: 100 * (after.accuracy.value - before.accuracy.value),
    recall: 100 * (after.macroRecall.value - before.macroRecall.value),
  };
}

test.skipIf(FERPLUS === undefined)(
  'ten images a class gain points where the pictures have a quarter of the resolution',
  async () => {
    const { accuracy, recall } = await gain(await samplesOf(faces, 'quarter', { images: 10, test: 15, seed: 1 }));
    expect(accuracy).toBeGreaterThan(4);
    expect(recall).toBeGreaterThan(5);
  },
  400_000,
);

test.skipIf(FERPLUS === undefined)(
  'and lose no more than a point of accuracy where the model knows the pictures already',
  async () => {
    const samples = await samplesOf(faces, 'same', { images: 8, test: 15, seed: 1 });
    expect((await gain(samples)).accuracy).toBeGreaterThan(-1);
  },
  400_000,
);

test.skipIf(FERPLUS === undefined)(
  'nor where one class has ten times the images of others',
  async () => {
    const counts = [40, 24, 12, 8, 6, 4, 4];
    const samples = await samplesOf(faces, 'same', { images: 0, test: 15, seed: 1, counts });
    const { accuracy, recall } = await gain(samples);
    expect(accuracy).toBeGreaterThan(-1);
    expect(recall).toBeGreaterThan(-1);
  },
  400_000,
);
