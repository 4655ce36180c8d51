/** Batch normalisation over the batch's own statistics, with its gradient in closed form (Ioffe and Szegedy 2015). */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';

export interface BatchNormResult {
  /** `[batch, height, width, channels]` */
  readonly y: Tensor4D;
  /** `[channels]`; no gradient flows through it. */
  readonly mean: Tensor1D;
  /** `[channels]`, the biased variance, as the output is normalised with; no gradient flows through it. */
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
  const { mean, variance } = statistics(x);
  const normalise = tf.customGrad((...inputs) => {
    const [x, gamma, beta, save] = inputs as unknown as [Tensor4D, Tensor1D, Tensor1D, (tensors: tf.Tensor[]) => void];
    save([x, gamma]);
    const value = tf.batchNorm(x, mean, variance, beta, gamma, epsilon);
    return { value, gradFunc: (dy, saved) => gradient(dy as Tensor4D, saved as [Tensor4D, Tensor1D]) };
  }) as (x: Tensor4D, gamma: Tensor1D, beta: Tensor1D) => Tensor4D;

  const gradient = (dy: Tensor4D, [x, gamma]: [Tensor4D, Tensor1D]): tf.Tensor[] => {
    const scale = tf.rsqrt(tf.add(variance, epsilon));
    const normalised = tf.mul(tf.sub(x, mean), scale);
    const dbeta = tf.sum(dy, [0, 1, 2]);
    const dgamma = tf.sum(tf.mul(dy, normalised), [0, 1, 2]);
    const count = x.size / gamma.size;
    const centred = tf.sub(dy, tf.div(tf.add(dbeta, tf.mul(normalised, dgamma)), count));
    return [tf.mul(centred, tf.mul(gamma, scale)), dgamma, dbeta];
  };
  return { y: normalise(x, gamma, beta), mean, variance };
}

/** Two passes over x: the variance of squares minus square of means loses its digits where the mean is large. */
function statistics(x: Tensor4D): { mean: Tensor1D; variance: Tensor1D } {
  const variableFree = tf.customGrad((...inputs) => {
    const [x] = inputs as unknown as [Tensor4D];
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const value = tf.stack([mean, variance]);
    return { value, gradFunc: () => tf.zerosLike(x) };
  }) as (x: Tensor4D) => tf.Tensor2D;
  return tf.tidy(() => {
    const [mean, variance] = tf.unstack(variableFree(x)) as [Tensor1D, Tensor1D];
    return { mean, variance };
  });
}
