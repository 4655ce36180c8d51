import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { adamStep, createAdamState, disposeAdamState } from '../../../src/training/step/adam.js';
import { accumulate, clipByGlobalNorm, disposeAll, globalNorm } from '../../../src/training/step/gradients.js';
import { samAscent } from '../../../src/training/step/sam.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Adam on plain numbers, straight from the paper. */
function scalarAdam(start: number, gradients: number[], rate: number, decay: number, decoupled: boolean): number {
  let [weight, first, second] = [start, 0, 0];
  gradients.forEach((raw, index) => {
    const gradient = decoupled ? raw : raw + decay * weight;
    first = 0.9 * first + 0.1 * gradient;
    second = 0.999 * second + 0.001 * gradient * gradient;
    if (decoupled) weight -= rate * decay * weight;
    const step = index + 1;
    weight -= (rate * (first / (1 - 0.9 ** step))) / (Math.sqrt(second / (1 - 0.999 ** step)) + 1e-8);
  });
  return weight;
}

for (const decoupled of [false, true]) {
  test(`${decoupled ? 'AdamW' : 'Adam'} follows the formula over three steps, with a rate for each parameter`, () => {
    const state = createAdamState();
    const series = [0.5, -2, 0.1];
    let parameters = new Map<string, tf.Tensor>([
      ['slow', tf.tensor1d([1, -3])],
      ['fast', tf.scalar(2)],
    ]);
    for (const value of series) {
      const gradients = new Map<string, tf.Tensor>([
        ['slow', tf.tensor1d([value, value * 2])],
        ['fast', tf.scalar(value)],
      ]);
      const next = adamStep(parameters, gradients, state, {
        learningRate: (name) => (name === 'slow' ? 0.01 : 0.1),
        weightDecay: 0.02,
        decoupled,
      });
      disposeAll(parameters);
      disposeAll(gradients);
      parameters = next;
    }
    const slow = parameters.get('slow')!.dataSync();
    expect(slow[0]).toBeCloseTo(scalarAdam(1, series, 0.01, 0.02, decoupled), 5);
    expect(slow[1]).toBeCloseTo(
      scalarAdam(
        -3,
        series.map((value) => value * 2),
        0.01,
        0.02,
        decoupled,
      ),
      5,
    );
    expect(parameters.get('fast')!.dataSync()[0]).toBeCloseTo(scalarAdam(2, series, 0.1, 0.02, decoupled), 5);
    disposeAll(parameters);
    disposeAdamState(state);
  });
}

test('parameters without a gradient stay as they are and no tensor is left behind', () => {
  const before = tf.memory().numTensors;
  const state = createAdamState();
  const parameters = new Map<string, tf.Tensor>([
    ['moved', tf.scalar(1)],
    ['frozen', tf.scalar(1)],
  ]);
  const gradients = new Map<string, tf.Tensor>([['moved', tf.scalar(1)]]);
  const next = adamStep(parameters, gradients, state, { learningRate: 0.1 });
  expect([...next.keys()]).toEqual(['moved']);
  const ascended = samAscent(parameters, gradients, 0.05);
  expect([...ascended.keys()]).toEqual(['moved']);
  for (const map of [parameters, gradients, next, ascended]) disposeAll(map);
  disposeAdamState(state);
  expect(tf.memory().numTensors).toBe(before);
});

test('the SAM ascent moves by rho along the joint gradient of all parameters', () => {
  const parameters = new Map<string, tf.Tensor>([
    ['a', tf.tensor1d([1, 2])],
    ['b', tf.scalar(3)],
  ]);
  const gradients = new Map<string, tf.Tensor>([
    ['a', tf.tensor1d([3, 0])],
    ['b', tf.scalar(4)],
  ]);
  const moved = samAscent(parameters, gradients, 0.5);
  const a = moved.get('a')!.dataSync();
  expect(a[0]).toBeCloseTo(1 + 0.5 * (3 / 5), 6);
  expect(a[1]).toBe(2);
  expect(moved.get('b')!.dataSync()[0]).toBeCloseTo(3 + 0.5 * (4 / 5), 6);
});

test('clipping scales all gradients together down to the limit and leaves smaller ones alone', () => {
  const gradients = new Map<string, tf.Tensor>([
    ['a', tf.tensor1d([3, 0])],
    ['b', tf.scalar(4)],
  ]);
  const norm = globalNorm(gradients);
  expect(norm.dataSync()[0]).toBeCloseTo(5, 6);
  expect(clipByGlobalNorm(gradients, norm, 1).get('b')!.dataSync()[0]).toBeCloseTo(0.8, 5);
  expect(clipByGlobalNorm(gradients, norm, 10).get('b')!.dataSync()[0]).toBeCloseTo(4, 6);
});

test('accumulated gradients are the weighted sum', () => {
  const sums = new Map<string, tf.Tensor>();
  accumulate(sums, new Map([['a', tf.scalar(4)]]), 0.25);
  accumulate(sums, new Map([['a', tf.scalar(8)]]), 0.75);
  expect(sums.get('a')!.dataSync()[0]).toBeCloseTo(7, 6);
});
