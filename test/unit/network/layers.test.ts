import '../../../src/gpu/gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { Context } from '../../../src/network/context.js';
import { Definition } from '../../../src/network/definition.js';
import { globalExtremum } from '../../../src/network/extremum.js';
import { initialArrays } from '../../../src/network/initialise.js';
import { batchNorm, dropout, everySecondPixel, gelu, maxPool3x3 } from '../../../src/network/layers.js';
import { createParameters } from '../../../src/network/parameters.js';
import { largestDifference } from './numbers.js';
import { randomValues } from './randomModel.js';

beforeAll(async () => {
  await startNodeBackend('cpu');
});
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const NONE = new Map<string, tf.Tensor>();

function randomMap(shape: [number, number, number, number], seed: number): tf.Tensor4D {
  return tf.tensor4d(randomValues(shape[0] * shape[1] * shape[2] * shape[3], seed), shape);
}

test('batch normalisation moves its statistics as PyTorch does: a tenth, unbiased variance, branch after branch', () => {
  const define = new Definition('base');
  const layer = batchNorm(define, 'bn', 1);
  const parameters = createParameters(initialArrays(define.parameters, 1), define.parameters);
  const context = new Context(parameters, { mode: 'training' });
  const y = layer(context, tf.tensor4d([1, 2, 3, 6], [1, 2, 2, 1]));
  // Mean 3, biased variance 3.5, unbiased 14 / 3.
  expect(y.dataSync()[3]).toBeCloseTo(3 / Math.sqrt(3.5 + 1e-5), 5);
  expect(context.moved.get('bn.running_mean')!.dataSync()[0]).toBeCloseTo(0.3, 6);
  expect(context.moved.get('bn.running_var')!.dataSync()[0]).toBeCloseTo(0.9 + (0.1 * 14) / 3, 6);
  layer(context, tf.tensor4d([0, 0, 1, 1], [1, 2, 2, 1]));
  expect(context.moved.get('bn.running_mean')!.dataSync()[0]).toBeCloseTo(0.9 * 0.3 + 0.05, 6);
  expect(parameters.get('bn.running_mean')!.dataSync()[0]).toBe(0);

  const evaluation = new Context(new Map([...parameters, ...context.moved]), { mode: 'evaluation' });
  layer(evaluation, tf.tensor4d([5], [1, 1, 1, 1]));
  expect(evaluation.moved.size).toBe(0);
});

test('a pass gives back every tensor that it moved', () => {
  const define = new Definition('base');
  const layer = batchNorm(define, 'bn', 3);
  const parameters = createParameters(initialArrays(define.parameters, 1), define.parameters);
  const x = randomMap([2, 4, 4, 3], 2);
  const before = tf.memory().numTensors;
  const context = new Context(parameters, { mode: 'training' });
  tf.tidy(() => {
    layer(context, x);
    layer(context, x);
  });
  expect(tf.memory().numTensors).toBe(before + 2);
  context.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('every second pixel is x[:, ::2, ::2], with its gradient', () => {
  const x = randomMap([2, 4, 6, 3], 3);
  const expected = tf.stridedSlice(x, [0, 0, 0, 0], [2, 4, 6, 3], [1, 2, 2, 1]);
  expect(everySecondPixel(x).arraySync()).toEqual(expected.arraySync());
  const gradient = tf
    .grad((map) => tf.sum(everySecondPixel(map as tf.Tensor4D)))(x)
    .arraySync() as number[][][][];
  for (const [y, line] of gradient[1].entries()) {
    for (const [column, pixel] of line.entries()) {
      expect(pixel).toEqual(y % 2 === 0 && column % 2 === 0 ? [1, 1, 1] : [0, 0, 0]);
    }
  }
});

test('the max pooling of training is that of inference, with its gradient', () => {
  const training = new Context(NONE, { mode: 'training' });
  const evaluation = new Context(NONE, { mode: 'evaluation' });
  const x = randomMap([2, 6, 8, 3], 4);
  const weights = randomMap([2, 3, 4, 3], 5);
  expect(maxPool3x3(training, x).arraySync()).toEqual(maxPool3x3(evaluation, x).arraySync());
  const gradient = (context: Context): tf.Tensor =>
    tf.grad((map) => tf.sum(tf.mul(maxPool3x3(context, map as tf.Tensor4D), weights)))(x);
  expect(largestDifference(gradient(training).dataSync(), gradient(evaluation).dataSync())).toBeLessThan(1e-6);
});

test('GELU is exact', () => {
  // x * Phi(x) from tables of the normal distribution.
  const values = gelu(tf.tensor1d([-3, -1, 0, 0.5, 2])).dataSync();
  const expected = [-3 * 0.001349898, -0.158655254, 0, 0.5 * 0.691462461, 2 * 0.977249868];
  expect(largestDifference(values, expected)).toBeLessThan(1e-6);
});

test('dropout: its seed decides, layers differ, the mean stays, and nothing happens outside training', () => {
  const x = tf.ones([4000]);
  const masks = (seed: number): number[][] => {
    const context = new Context(NONE, { mode: 'training', dropoutSeed: seed });
    return [0, 1].map(() => [...dropout(context, x, 0.25).dataSync()]);
  };
  const [first, second] = masks(5);
  expect(masks(5)).toEqual([first, second]);
  expect(first).not.toEqual(second);
  expect(masks(6)[0]).not.toEqual(first);
  expect(first.filter((value) => value === 0).length / 4000).toBeCloseTo(0.25, 1);
  expect(Math.max(...first)).toBeCloseTo(4 / 3, 5);
  expect(dropout(new Context(NONE, { mode: 'evaluation' }), x, 0.25)).toBe(x);
});

test('equal extremes share the gradient', () => {
  const x = tf.tensor2d([1, 4, 4, 2], [2, 2]);
  const gradient = (which: 'min' | 'max'): number[] => [
    ...tf
      .grad((value: tf.Tensor) => tf.mul(globalExtremum(value, which), 3))(x)
      .dataSync(),
  ];
  expect(gradient('max')).toEqual([0, 1.5, 1.5, 0]);
  expect(gradient('min')).toEqual([3, 0, 0, 0]);
});

test('a parameter that the weights lack is named', () => {
  const context = new Context(NONE, { mode: 'evaluation' });
  expect(() => context.kernel('backbone.conv1.0.weight')).toThrow(
    expect.objectContaining({
      code: 'model-parameters',
      message: expect.stringContaining('backbone.conv1.0.weight') as string,
    }),
  );
});
