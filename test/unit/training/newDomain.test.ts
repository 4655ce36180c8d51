/** What `train` gains by its defaults, on pictures that the shipped model reads badly and on those that it knows. Needs FERPlus; `npm run bench -- fine-tuning` measures more. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DomainName } from '../../../bench/fineTuning/domains.js';
import { type Faces, readFaces, samplesOf } from '../../../bench/fineTuning/faces.js';
import { startMethods } from '../../../bench/fineTuning/methods.js';

const SHARED = '../shared/data/ferplus';
const FERPLUS = existsSync(SHARED) ? SHARED : undefined;
if (FERPLUS === undefined) console.log(`Skipped: there is no ${SHARED}.`);

let faces: Faces;
let methods: Awaited<ReturnType<typeof startMethods>>;
beforeAll(async () => {
  if (FERPLUS === undefined) return;
  faces = await readFaces(FERPLUS);
  methods = await startMethods(['none', 'default']);
}, 120_000);
afterAll(() => methods?.stop());

/** Points of accuracy and of mean recall over the shipped model, from few images a class. */
async function gain(domain: DomainName, images: number, held: number): Promise<{ accuracy: number; recall: number }> {
  const samples = await samplesOf(faces, domain, { images, test: held, seed: 1 });
  const before = await methods.measure('none', samples, 1);
  const after = await methods.measure('default', samples, 1);
  return {
    accuracy: 100 * (after.accuracy - before.accuracy),
    recall: 100 * (after.macroRecall - before.macroRecall),
  };
}

test.skipIf(FERPLUS === undefined)(
  'ten images a class gain points where the pictures have a quarter of the resolution',
  async () => {
    const { accuracy, recall } = await gain('quarter', 10, 15);
    expect(accuracy).toBeGreaterThan(4);
    expect(recall).toBeGreaterThan(5);
  },
  400_000,
);

test.skipIf(FERPLUS === undefined)(
  'and lose no more than a point of accuracy where the model knows the pictures already',
  async () => {
    expect((await gain('same', 8, 15)).accuracy).toBeGreaterThan(-1);
  },
  400_000,
);
