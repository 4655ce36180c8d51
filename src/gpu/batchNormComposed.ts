/**
 * The sums of batch normalisation composed of other operations, for WebAssembly and the CPU backend. Average pooling over whole images is
 * XNNPACK's and some fifty times faster than TensorFlow.js's own sum over rows.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

/** `[channels]` each. */
export interface BatchNormGradient {
  readonly dx: Tensor4D;
  readonly dgamma: Tensor1D;
  readonly dbeta: Tensor1D;
}

/** `[2, channels]`: mean and biased variance over the first three axes, the second around the first. */
export function composedStatistics(x: Tensor4D): Tensor2D {
  return tf.tidy(() => {
    const mean = channelMean(x);
    return tf.stack([mean, channelMean(tf.square(tf.sub(x, mean)))]) as Tensor2D;
  });
}

/** @param inverse `[channels]`: 1 / sqrt(variance + epsilon) */
export function composedGradient(
  dy: Tensor4D,
  x: Tensor4D,
  gamma: Tensor1D,
  mean: Tensor1D,
  inverse: Tensor1D,
): BatchNormGradient {
  const centred = tf.sub(x, mean);
  const meanDy = channelMean(dy);
  const meanProduct = channelMean(tf.mul(dy, centred));
  const slope = tf.mul(meanProduct, tf.square(inverse));
  const uncorrelated = tf.sub(tf.sub(dy, meanDy), tf.mul(centred, slope));
  const count = x.size / gamma.size;
  return {
    dx: tf.mul(uncorrelated, tf.mul(gamma, inverse)),
    dgamma: tf.mul(tf.mul(meanProduct, inverse), count),
    dbeta: tf.mul(meanDy, count),
  };
}

function channelMean(x: Tensor4D): Tensor1D {
  const [, height, width] = x.shape;
  return tf.mean(tf.avgPool(x, [height, width], 1, 'valid'), [0, 1, 2]);
}
