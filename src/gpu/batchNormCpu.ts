/**
 * The sums of batch normalisation in JavaScript, for WebAssembly and the CPU backend: two walks over the rows in double precision.
 * TensorFlow.js would transpose the images before every sum and write a dozen temporaries of their size.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { BatchNormGradient } from './batchNormTraining.js';

/** `[2, channels]`: mean and biased variance over the first three axes. */
export function statisticsOnCpu(x: Tensor4D): tf.Tensor2D {
  const channels = x.shape[3];
  const values = x.dataSync<'float32'>();
  const rows = values.length / channels;
  const mean = new Float64Array(channels);
  for (let start = 0; start < values.length; start += channels) {
    for (let c = 0; c < channels; c++) mean[c] += values[start + c];
  }
  for (let c = 0; c < channels; c++) mean[c] /= rows;
  const variance = new Float64Array(channels);
  for (let start = 0; start < values.length; start += channels) {
    for (let c = 0; c < channels; c++) {
      const centred = values[start + c] - mean[c];
      variance[c] += centred * centred;
    }
  }
  const both = new Float32Array(2 * channels);
  both.set(mean);
  for (let c = 0; c < channels; c++) both[channels + c] = variance[c] / rows;
  return tf.tensor2d(both, [2, channels]);
}

/** @param inverse `[channels]`: 1 / sqrt(variance + epsilon) */
export function gradientOnCpu(
  dy: Tensor4D,
  x: Tensor4D,
  gamma: Tensor1D,
  mean: Tensor1D,
  inverse: Tensor1D,
): BatchNormGradient {
  const channels = x.shape[3];
  const [dyValues, xValues] = [dy.dataSync<'float32'>(), x.dataSync<'float32'>()];
  const [means, inverses, gammas] = [mean.dataSync(), inverse.dataSync(), gamma.dataSync()];
  const rows = xValues.length / channels;
  const sum = new Float64Array(channels);
  const product = new Float64Array(channels);
  for (let start = 0; start < xValues.length; start += channels) {
    for (let c = 0; c < channels; c++) {
      const d = dyValues[start + c];
      sum[c] += d;
      product[c] += d * (xValues[start + c] - means[c]);
    }
  }
  // dx = scale * dy + slope * (x - mean) + offset, by channel.
  const [scale, slope, offset] = [0, 1, 2].map(() => new Float64Array(channels));
  const dgamma = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    scale[c] = gammas[c] * inverses[c];
    slope[c] = (-scale[c] * inverses[c] * inverses[c] * product[c]) / rows;
    offset[c] = (-scale[c] * sum[c]) / rows;
    dgamma[c] = product[c] * inverses[c];
  }
  const dx = new Float32Array(xValues.length);
  for (let start = 0; start < xValues.length; start += channels) {
    for (let c = 0; c < channels; c++) {
      const at = start + c;
      dx[at] = scale[c] * dyValues[at] + slope[c] * (xValues[at] - means[c]) + offset[c];
    }
  }
  return {
    dx: tf.tensor4d(dx, x.shape),
    dgamma: tf.tensor1d(dgamma),
    dbeta: tf.tensor1d(Float32Array.from(sum)),
  };
}
