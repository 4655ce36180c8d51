/** The written-out gradient of layer normalisation beside that of the composed operations. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '../../../src/gpu/gradients.js';
import { beforeAll, expect, test } from 'vitest';
import { standardised } from '../../../src/network/standardised.js';

const EPSILON = 1e-5;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function composed(x: tf.Tensor): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), EPSILON)));
}

test('value and gradient are those of the composed operations', () => {
  const x = tf.randomNormal([3, 5, 16], 2, 3, 'float32', 4);
  const weight = tf.randomNormal([3, 5, 16], 0, 1, 'float32', 5);
  const [own, stock] = [(value: tf.Tensor) => standardised(value, EPSILON), composed].map((norm) => ({
    value: norm(x).dataSync(),
    gradient: tf
      .grad((value: tf.Tensor) => tf.sum(tf.mul(norm(value), weight)))(x)
      .dataSync(),
  }));
  for (const key of ['value', 'gradient'] as const) {
    expect(own[key].length).toBe(240);
    own[key].forEach((number, index) => expect(number).toBeCloseTo(stock[key][index], 5));
  }
});
