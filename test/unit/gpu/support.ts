/** What the tests of the kernels share. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Largest difference, relative to the largest expected value or 1. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  let scale = 1;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]);
    worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
  }
  expect(worst / scale).toBeLessThanOrEqual(tolerance);
}

/** Runs the body and checks that it leaves as many tensors as it found. */
export async function withoutLeak(body: () => Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  await body();
  expect(tf.memory().numTensors).toBe(before);
}

/** Takes a tensor's values and disposes it. */
export const read = async (tensor: tf.Tensor): Promise<Float32Array> => {
  const data = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return data;
};
