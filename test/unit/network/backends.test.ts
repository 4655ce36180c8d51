import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { firstDifference, type Outcome, SMALL_CASES } from './backendCases.js';

async function on(backend: 'cpu' | 'wasm', compute: () => Promise<Outcome>): Promise<Outcome> {
  await startNodeBackend(backend);
  const before = tf.memory().numTensors;
  const outcome = await compute();
  expect(tf.memory().numTensors).toBe(before);
  return outcome;
}

for (const [title, compute] of Object.entries(SMALL_CASES)) {
  test(`${title}: WebAssembly trains and classifies as plain JavaScript does`, async () => {
    const expected = await on('cpu', compute);
    expect(expected.size).toBeGreaterThan(1);
    expect(firstDifference(await on('wasm', compute), expected)).toBeNull();
  });
}
