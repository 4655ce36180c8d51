/** What every kernel must do, on whichever backend is current: shared by the tests in Node and in the browser. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import '../../../src/gpu/gradients.js';
import { batchNormTraining } from '../../../src/gpu/batchNormTraining.js';
import { pairwiseDistance } from '../../../src/gpu/pairwiseDistance.js';
import { generator, values, whole } from './random.js';
import * as reference from './reference.js';
import { expectClose, read, withoutLeak } from './support.js';

export function pairwiseDistanceCases(seeds: readonly number[]): void {
  it.each(seeds)(
    'pairwise distances and their gradients equal the definition on random shapes (seed %i)',
    async (seed) => {
      const random = generator(seed);
      const [batch, n, m, depth] = [
        whole(random, 1, 3),
        whole(random, 1, 20),
        whole(random, 1, 20),
        whole(random, 1, 37),
      ];
      const u = values(random, batch * n * depth);
      const v = values(random, batch * m * depth);
      const dy = values(random, batch * n * m);
      await withoutLeak(async () => {
        const [ut, vt] = [tf.tensor3d(u, [batch, n, depth]), tf.tensor3d(v, [batch, m, depth])];
        const dyt = tf.tensor3d(dy, [batch, n, m]);
        const { grads, value } = tf.valueAndGrads((a, b) =>
          tf.sum(tf.mul(pairwiseDistance(a as tf.Tensor3D, b as tf.Tensor3D), dyt)),
        )([ut, vt]);
        expectClose(await read(pairwiseDistance(ut, vt)), reference.distances(u, v, batch, n, m, depth), 1e-5);
        const byU = reference.numericGradient((a) => reference.distances(a, v, batch, n, m, depth), u, dy);
        const byV = reference.numericGradient((b) => reference.distances(u, b, batch, n, m, depth), v, dy);
        expectClose(await read(grads[0]), byU, 1e-5);
        expectClose(await read(grads[1]), byV, 1e-5);
        tf.dispose([ut, vt, dyt, value]);
      });
    },
  );

  it('gives distance and gradient 0 between equal rows, and no NaN', async () => {
    await withoutLeak(async () => {
      const x = tf.tensor3d(values(generator(7), 2 * 5 * 9), [2, 5, 9]);
      const gradient = tf.grad((a) => tf.sum(pairwiseDistance(a as tf.Tensor3D, x)))(x);
      const distance = await read(pairwiseDistance(x, x));
      for (let b = 0; b < 2; b++) for (let i = 0; i < 5; i++) expect(distance[(b * 5 + i) * 5 + i]).toBe(0);
      expect((await read(gradient)).every((value) => Number.isFinite(value))).toBe(true);
      const one = tf.slice(x, [0, 0, 0], [1, 1, 9]);
      const alone = tf.grad((a) => tf.sum(pairwiseDistance(a as tf.Tensor3D, one)))(one);
      expect([...(await read(alone))]).toEqual(Array.from({ length: 9 }, () => 0));
      tf.dispose([x, one]);
    });
  });

  it('keeps the digits of small distances between long rows', async () => {
    const u = values(generator(3), 64, 10, 100);
    const v = u.map((value, i) => value + (i % 2 === 0 ? 0.01 : -0.01));
    await withoutLeak(async () => {
      const [ut, vt] = [tf.tensor3d(u, [1, 1, 64]), tf.tensor3d(v, [1, 1, 64])];
      const [distance] = await read(pairwiseDistance(ut, vt));
      const [expected] = reference.distances(u, v, 1, 1, 1, 64);
      expect(Math.abs(distance - expected) / expected).toBeLessThan(1e-5);
      tf.dispose([ut, vt]);
    });
  });
}

export function batchNormCases(seeds: readonly number[]): void {
  const epsilon = 1e-5;
  it.each(seeds)('batch norm and its gradients equal the definition on random shapes (seed %i)', async (seed) => {
    const random = generator(seed);
    const shape: [number, number, number, number] = [
      whole(random, 1, 3),
      whole(random, 2, 6),
      whole(random, 2, 6),
      whole(random, 1, 40),
    ];
    const channels = shape[3];
    const x = values(
      random,
      shape.reduce((a, b) => a * b),
      2,
      1,
    );
    const [gamma, beta] = [values(random, channels, 0.5, 1), values(random, channels)];
    const dy = values(random, x.length);
    await withoutLeak(async () => {
      const [xt, dyt] = [tf.tensor4d(x, shape), tf.tensor4d(dy, shape)];
      const [gammat, betat] = [tf.tensor1d(gamma), tf.tensor1d(beta)];
      const { y, mean, variance } = batchNormTraining(xt, gammat, betat, epsilon);
      const expected = reference.batchNorm(x, gamma, beta, channels, epsilon);
      expectClose(await read(y), expected.y, 1e-5);
      expectClose(await read(mean), expected.mean, 1e-6);
      expectClose(await read(variance), expected.variance, 1e-6);
      const { grads, value } = tf.valueAndGrads((a, b, c) => {
        const { y } = batchNormTraining(a as tf.Tensor4D, b as tf.Tensor1D, c as tf.Tensor1D, epsilon);
        return tf.sum(tf.mul(y, dyt));
      })([xt, gammat, betat]);
      const byX = reference.numericGradient((a) => reference.batchNorm(a, gamma, beta, channels, epsilon).y, x, dy);
      const byGamma = reference.numericGradient((a) => reference.batchNorm(x, a, beta, channels, epsilon).y, gamma, dy);
      const byBeta = reference.numericGradient((a) => reference.batchNorm(x, gamma, a, channels, epsilon).y, beta, dy);
      expectClose(await read(grads[0]), byX, 2e-5);
      expectClose(await read(grads[1]), byGamma, 2e-5);
      expectClose(await read(grads[2]), byBeta, 2e-5);
      tf.dispose([xt, dyt, gammat, betat, value]);
    });
  });

  it('takes the variance of values far from 0, over more rows than one part', async () => {
    const rows = 32 * 33;
    const x = values(generator(11), rows * 3, 0.1, 300);
    await withoutLeak(async () => {
      const xt = tf.tensor4d(x, [1, 32, 33, 3]);
      const [gamma, beta] = [tf.tensor1d([1, 1, 1]), tf.tensor1d([0, 0, 0])];
      const { y, mean, variance } = batchNormTraining(xt, gamma, beta, epsilon);
      const expected = reference.batchNorm(x, [1, 1, 1], [0, 0, 0], 3, epsilon);
      expectClose(await read(mean), expected.mean, 1e-6);
      const relative = Array.from(await read(variance), (value, c) => value / expected.variance[c]);
      expectClose(relative, [1, 1, 1], 1e-3);
      tf.dispose([xt, gamma, beta, y]);
    });
  });
}

/** Random sizes; `padding` as PyTorch has it, so that the last pixels may be left over. */
function randomConvolution(random: () => number, depthwise: boolean): reference.Convolution {
  const kernel = [1, 2, 3, 5][whole(random, 0, 3)];
  const stride = whole(random, 1, 2);
  const padding = whole(random, 0, Math.floor(kernel / 2));
  const [height, width] = [whole(random, kernel, 9), whole(random, kernel, 9)];
  // Multiples of 4 take another way through the shader.
  const channels = () => (random() < 0.5 ? 4 * whole(random, 1, 4) : whole(random, 1, 17));
  const inputs = channels();
  return {
    batch: whole(random, 1, 3),
    height,
    width,
    inputs,
    outputs: depthwise ? inputs : channels(),
    kernel,
    stride,
    padding,
    outHeight: Math.floor((height + 2 * padding - kernel) / stride) + 1,
    outWidth: Math.floor((width + 2 * padding - kernel) / stride) + 1,
  };
}

export function convolutionGradientCases(seeds: readonly number[]): void {
  it.each(seeds)('convolution gradients equal the definition on random shapes (seed %i)', async (seed) => {
    const random = generator(seed);
    await checkConvolution(randomConvolution(random, false), random);
  });

  it('convolution gradients equal the definition over more pixels than one workgroup sums', async () => {
    const sizes = { batch: 2, height: 24, width: 24, inputs: 3, outputs: 8, kernel: 3, stride: 1, padding: 1 };
    await checkConvolution({ ...sizes, outHeight: 24, outWidth: 24 }, generator(21));
  });

  it.each([
    [36, 68],
    [37, 67],
  ])(
    'convolution gradients equal the definition on more weights than one workgroup computes (%i to %i)',
    async (inputs, outputs) => {
      const sizes = { batch: 1, height: 4, width: 3, inputs, outputs, kernel: 3, stride: 2, padding: 1 };
      await checkConvolution({ ...sizes, outHeight: 2, outWidth: 2 }, generator(22));
    },
  );

  it.each(seeds)('depthwise gradients equal the definition on random shapes (seed %i)', async (seed) => {
    const random = generator(seed + 1000);
    await checkDepthwise(randomConvolution(random, true), random);
  });

  it('depthwise gradients equal the definition over more pixels and channels than one workgroup sums', async () => {
    const sizes = { batch: 2, height: 20, width: 20, inputs: 37, outputs: 37, kernel: 3, stride: 1, padding: 1 };
    await checkDepthwise({ ...sizes, outHeight: 20, outWidth: 20 }, generator(23));
  });
}

async function checkConvolution(c: reference.Convolution, random: () => number): Promise<void> {
  const x = values(random, c.batch * c.height * c.width * c.inputs);
  const filter = values(random, c.kernel * c.kernel * c.inputs * c.outputs);
  const dy = values(random, c.batch * c.outHeight * c.outWidth * c.outputs);
  await withoutLeak(async () => {
    const xt = tf.tensor4d(x, [c.batch, c.height, c.width, c.inputs]);
    const filtert = tf.tensor4d(filter, [c.kernel, c.kernel, c.inputs, c.outputs]);
    const dyt = tf.tensor4d(dy, [c.batch, c.outHeight, c.outWidth, c.outputs]);
    const { grads, value } = tf.valueAndGrads((a, b) =>
      tf.sum(tf.mul(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, c.stride, c.padding, 'NHWC', 1, 'floor'), dyt)),
    )([xt, filtert]);
    expectClose(await read(grads[0]), reference.inputGradient(c, filter, dy), 1e-5);
    expectClose(await read(grads[1]), reference.filterGradient(c, x, dy), 1e-5);
    tf.dispose([xt, filtert, dyt, value]);
  });
}

async function checkDepthwise(c: reference.Convolution, random: () => number): Promise<void> {
  const x = values(random, c.batch * c.height * c.width * c.inputs);
  const filter = values(random, c.kernel * c.kernel * c.inputs);
  const dy = values(random, c.batch * c.outHeight * c.outWidth * c.inputs);
  await withoutLeak(async () => {
    const xt = tf.tensor4d(x, [c.batch, c.height, c.width, c.inputs]);
    const filtert = tf.tensor4d(filter, [c.kernel, c.kernel, c.inputs, 1]);
    const dyt = tf.tensor4d(dy, [c.batch, c.outHeight, c.outWidth, c.inputs]);
    const { grads, value } = tf.valueAndGrads((a, b) => {
      const y = tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, c.stride, c.padding, 'NHWC', 1, 'floor');
      return tf.sum(tf.mul(y, dyt));
    })([xt, filtert]);
    expectClose(await read(grads[0]), reference.depthwiseInputGradient(c, filter, dy), 1e-5);
    expectClose(await read(grads[1]), reference.depthwiseFilterGradient(c, x, dy), 1e-5);
    tf.dispose([xt, filtert, dyt, value]);
  });
}
