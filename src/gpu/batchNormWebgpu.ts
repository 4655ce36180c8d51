/** The sums of batch normalisation on WebGPU: two passes for the statistics' parts and their join, three for the gradient. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { BatchNormGradient } from './batchNormComposed.js';
import { cut, FLAT_INDEX, flatGrid, sumParts } from './reduce.js';
import { runProgram } from './webgpuProgram.js';

/**
 * Joins two (count, mean, sum of squared differences) by the formula of Chan, Golub and LeVeque (1979), which keeps the digits that a plain
 * sum of squares loses where the mean is large.
 */
const JOIN = `
  fn join(a : vec3<f32>, b : vec3<f32>) -> vec3<f32> {
    let count = a.x + b.x;
    if (count == 0.0) { return a; }
    let difference = b.y - a.y;
    let share = b.x / count;
    return vec3<f32>(count, a.y + difference * share, a.z + b.z + difference * difference * a.x * share);
  }`;

/** One thread a channel and part. It sums around the first value that it meets, so that its sums stay small. */
const PART_SOURCE = `
  fn main() {
    let channels = uniforms.xShape.w;
    let index = ${FLAT_INDEX};
    let part = index / channels;
    if (part >= uniforms.outShape.x) { return; }
    let channel = index % channels;
    let first = part * uniforms.partRows;
    let end = min(first + uniforms.partRows, uniforms.rows);
    let shift = x[first * channels + channel];
    var sum = 0.0;
    var square = 0.0;
    for (var row = first; row < end; row++) {
      let value = x[row * channels + channel] - shift;
      sum += value;
      square += value * value;
    }
    let count = f32(end - first);
    result[part * 2 * channels + channel] = shift + sum / count;
    result[(part * 2 + 1) * channels + channel] = max(square - sum * sum / count, 0.0);
  }`;

/** The join of the parts: 32 channels a workgroup, with eight threads each. */
const CHANNELS = 32;
const LANES = 8;
const LANE_MEMORY = `array<array<vec3<f32>, ${CHANNELS}>, ${LANES}>`;

const JOIN_SOURCE = `
  var<workgroup> lanes : ${LANE_MEMORY};

  ${JOIN}

  fn main() {
    let channels = uniforms.outShape.y;
    let channel = i32(workgroupId.x) * ${CHANNELS} + i32(localId.x);
    var mine = vec3<f32>(0.0);
    if (channel < channels) {
      for (var part = i32(localId.y); part < uniforms.partsShape.x; part += ${LANES}) {
        let count = f32(min(uniforms.partRows, uniforms.rows - part * uniforms.partRows));
        let mean = parts[part * 2 * channels + channel];
        mine = join(mine, vec3<f32>(count, mean, parts[(part * 2 + 1) * channels + channel]));
      }
    }
    lanes[localId.y][localId.x] = mine;
    workgroupBarrier();
    if (localId.y == 0u && channel < channels) {
      for (var lane = 1; lane < ${LANES}; lane++) { mine = join(mine, lanes[lane][localId.x]); }
      result[channel] = mine.y;
      result[channels + channel] = mine.z / mine.x;
    }
  }`;

const ROW_UNIFORMS = 'rows : i32, partRows : i32,';
const rowUniforms = (rows: number, partRows: number) => [
  { type: 'int32' as const, data: [rows] },
  { type: 'int32' as const, data: [partRows] },
];

/** `[2, channels]`: mean and biased variance over the first three axes. */
export function statisticsOnGpu(x: Tensor4D): tf.Tensor2D {
  const channels = x.shape[3];
  const rows = x.size / channels;
  const { count, rows: partRows } = cut(rows);
  const parts = runProgram(
    {
      key: 'batch-norm-parts',
      source: PART_SOURCE,
      inputs: ['x'],
      uniforms: ROW_UNIFORMS,
      outputShape: [count, 2, channels],
      ...flatGrid(count * channels),
    },
    [x],
    rowUniforms(rows, partRows),
  );
  const joined = runProgram(
    {
      key: 'batch-norm-join',
      source: JOIN_SOURCE,
      inputs: ['parts'],
      uniforms: ROW_UNIFORMS,
      outputShape: [2, channels],
      workgroup: [CHANNELS, LANES, 1],
      groups: [Math.ceil(channels / CHANNELS), 1, 1],
    },
    [parts],
    rowUniforms(rows, partRows),
  );
  parts.dispose();
  return joined as tf.Tensor2D;
}

const GRADIENT_SUMS_SOURCE = `
  fn main() {
    let channels = uniforms.xShape.w;
    let index = ${FLAT_INDEX};
    let part = index / channels;
    if (part >= uniforms.outShape.x) { return; }
    let channel = index % channels;
    let centre = mean[channel];
    let end = min((part + 1) * uniforms.partRows, uniforms.rows);
    var sum = 0.0;
    var product = 0.0;
    for (var row = part * uniforms.partRows; row < end; row++) {
      let d = dy[row * channels + channel];
      sum += d;
      product += d * (x[row * channels + channel] - centre);
    }
    result[part * 2 * channels + channel] = sum;
    result[(part * 2 + 1) * channels + channel] = product;
  }`;

const INPUT_GRADIENT_SOURCE = `
  fn main() {
    let index = ${FLAT_INDEX};
    if (index >= uniforms.size) { return; }
    let channels = uniforms.xShape.w;
    let channel = index % channels;
    let count = f32(uniforms.size / channels);
    let scale = inverse[channel];
    let normalised = (x[index] - mean[channel]) * scale;
    let average = (sums[channel] + normalised * scale * sums[channels + channel]) / count;
    result[index] = gamma[channel] * scale * (dy[index] - average);
  }`;

/** @param inverse `[channels]`: 1 / sqrt(variance + epsilon) */
export function gradientOnGpu(
  dy: Tensor4D,
  x: Tensor4D,
  gamma: Tensor1D,
  mean: Tensor1D,
  inverse: Tensor1D,
): BatchNormGradient {
  const channels = x.shape[3];
  const rows = x.size / channels;
  const { count, rows: partRows } = cut(rows);
  const parts = runProgram(
    {
      key: 'batch-norm-gradient-sums',
      source: GRADIENT_SUMS_SOURCE,
      inputs: ['dy', 'x', 'mean'],
      uniforms: ROW_UNIFORMS,
      outputShape: [count, 2, channels],
      ...flatGrid(count * channels),
    },
    [dy, x, mean],
    rowUniforms(rows, partRows),
  );
  const sums = sumParts(parts, [2, channels]);
  const dx = runProgram(
    {
      key: 'batch-norm-gradient',
      source: INPUT_GRADIENT_SOURCE,
      inputs: ['dy', 'x', 'gamma', 'mean', 'inverse', 'sums'],
      uniforms: 'size : i32,',
      outputShape: x.shape,
      ...flatGrid(x.size),
    },
    [dy, x, gamma, mean, inverse, sums],
    [{ type: 'int32', data: [x.size] }],
  );
  const [dbeta, product] = tf.unstack(sums) as [Tensor1D, Tensor1D];
  return { dx: dx as Tensor4D, dgamma: tf.mul(product, inverse), dbeta };
}
