/** Batch normalisation by the batch's own statistics, with its gradient in closed form (Ioffe and Szegedy 2015). */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { composedGradient, composedStatistics } from './batchNormComposed.js';
import { gradientOnGpu, statisticsOnGpu } from './batchNormWebgpu.js';
import { onWebgpu } from './webgpuProgram.js';

export interface BatchNormResult {
  /** `[batch, height, width, channels]` */
  readonly y: Tensor4D;
  /** `[channels]`. No gradient flows through it. */
  readonly mean: Tensor1D;
  /** `[channels]`, biased, as `y` is normalised with. No gradient flows through it. */
  readonly variance: Tensor1D;
}

/**
 * `y = (x - mean) / sqrt(variance + epsilon) * gamma + beta`, with mean and variance over batch, height and width.
 *
 * @param x `[batch, height, width, channels]`
 * @param gamma `[channels]`
 * @param beta `[channels]`
 */
export function batchNormTraining(x: Tensor4D, gamma: Tensor1D, beta: Tensor1D, epsilon: number): BatchNormResult {
  const [mean, variance] = tf.tidy(() => tf.unstack(statistics(x)) as [Tensor1D, Tensor1D]);
  return { y: normaliser(epsilon)(x, gamma, beta, mean, variance), mean, variance };
}

type Save = (tensors: tf.Tensor[]) => void;
type Saved = [Tensor4D, Tensor1D, Tensor1D, Tensor1D];

/** `[2, channels]`: mean and biased variance. A custom gradient only so that the tape keeps nothing of its inside. */
const statistics = tf.customGrad((...inputs) => {
  const [x] = inputs as unknown as [Tensor4D];
  return { value: onWebgpu() ? statisticsOnGpu(x) : composedStatistics(x), gradFunc: () => tf.zerosLike(x) };
}) as (x: Tensor4D) => tf.Tensor2D;

/** The gradient of `x` counts that mean and variance depend on it; those two themselves get none. */
const normaliser = (epsilon: number) =>
  tf.customGrad((...inputs) => {
    const [x, gamma, beta, mean, variance, save] = inputs as unknown as [...Saved, Tensor1D, Save];
    save([x, gamma, mean, variance]);
    return {
      value: tf.batchNorm(x, mean, variance, beta, gamma, epsilon),
      gradFunc: (dy: Tensor4D, saved) => {
        const [x, gamma, mean, variance] = saved as Saved;
        const inverse = tf.rsqrt<Tensor1D>(tf.add(variance, epsilon));
        const { dx, dgamma, dbeta } = (onWebgpu() ? gradientOnGpu : composedGradient)(dy, x, gamma, mean, inverse);
        return [dx, dgamma, dbeta, tf.zerosLike(mean), tf.zerosLike(variance)];
      },
    };
  }) as (x: Tensor4D, gamma: Tensor1D, beta: Tensor1D, mean: Tensor1D, variance: Tensor1D) => Tensor4D;
