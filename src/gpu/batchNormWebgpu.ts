/** The sums of batch normalisation on WebGPU: two passes for the statistics' parts and their join, three for the gradient. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { BatchNormGradient } from './batchNormTraining.js';
import { CHANNELS, cut, FLAT_INDEX, flatGrid, LANES, sumParts } from './reduce.js';
import { runProgram } from './webgpuProgram.js';

const WORKGROUP = [CHANNELS, LANES, 1] as const;
const LANE_MEMORY = `array<array<f32, ${CHANNELS}>, ${LANES}>`;

/**
 * Joins the lanes' (count, mean, sum of squared differences) into the first lane's, by the formula of Chan, Golub and LeVeque (1979),
 * which keeps the digits that a plain sum of squares loses where the mean is large.
 */
const JOIN_LANES = `
  var<workgroup> counts : ${LANE_MEMORY};
  var<workgroup> means : ${LANE_MEMORY};
  var<workgroup> squares : ${LANE_MEMORY};

  fn join(a : vec3<f32>, b : vec3<f32>) -> vec3<f32> {
    let count = a.x + b.x;
    if (count == 0.0) { return a; }
    let difference = b.y - a.y;
    let share = b.x / count;
    return vec3<f32>(count, a.y + difference * share, a.z + b.z + difference * difference * a.x * share);
  }

  fn joinLanes(mine : vec3<f32>) -> vec3<f32> {
    counts[localId.y][localId.x] = mine.x;
    means[localId.y][localId.x] = mine.y;
    squares[localId.y][localId.x] = mine.z;
    workgroupBarrier();
    var all = vec3<f32>(0.0);
    for (var lane = 0; lane < ${LANES}; lane++) {
      all = join(all, vec3<f32>(counts[lane][localId.x], means[lane][localId.x], squares[lane][localId.x]));
    }
    return all;
  }`;

/** Every thread sums around the first value it meets, so that its sums stay small. */
const PART_SOURCE = `
  ${JOIN_LANES}

  fn main() {
    let channels = uniforms.xShape.w;
    let channel = i32(workgroupId.x) * ${CHANNELS} + i32(localId.x);
    let part = i32(workgroupId.y);
    let first = part * uniforms.partRows + i32(localId.y);
    let end = min((part + 1) * uniforms.partRows, uniforms.rows);
    var mine = vec3<f32>(0.0);
    if (channel < channels && first < end) {
      let shift = x[first * channels + channel];
      var count = 0.0;
      var sum = 0.0;
      var square = 0.0;
      for (var row = first; row < end; row += ${LANES}) {
        let value = x[row * channels + channel] - shift;
        count += 1.0;
        sum += value;
        square += value * value;
      }
      mine = vec3<f32>(count, shift + sum / count, max(square - sum * sum / count, 0.0));
    }
    let all = joinLanes(mine);
    if (localId.y == 0u && channel < channels) {
      result[part * 2 * channels + channel] = all.y;
      result[(part * 2 + 1) * channels + channel] = all.z;
    }
  }`;

const JOIN_SOURCE = `
  ${JOIN_LANES}

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
    let all = joinLanes(mine);
    if (localId.y == 0u && channel < channels) {
      result[channel] = all.y;
      result[channels + channel] = all.z / all.x;
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
  const groups = Math.ceil(channels / CHANNELS);
  const common = { workgroup: WORKGROUP, uniforms: ROW_UNIFORMS };
  const parts = runProgram(
    {
      ...common,
      key: 'batch-norm-parts',
      source: PART_SOURCE,
      inputs: ['x'],
      outputShape: [count, 2, channels],
      groups: [groups, count, 1],
    },
    [x],
    rowUniforms(rows, partRows),
  );
  const joined = runProgram(
    {
      ...common,
      key: 'batch-norm-join',
      source: JOIN_SOURCE,
      inputs: ['parts'],
      outputShape: [2, channels],
      groups: [groups, 1, 1],
    },
    [parts],
    rowUniforms(rows, partRows),
  );
  parts.dispose();
  return joined as tf.Tensor2D;
}

const GRADIENT_SUMS_SOURCE = `
  var<workgroup> sums : ${LANE_MEMORY};
  var<workgroup> products : ${LANE_MEMORY};

  fn main() {
    let channels = uniforms.xShape.w;
    let channel = i32(workgroupId.x) * ${CHANNELS} + i32(localId.x);
    let part = i32(workgroupId.y);
    let end = min((part + 1) * uniforms.partRows, uniforms.rows);
    var sum = 0.0;
    var product = 0.0;
    if (channel < channels) {
      let centre = mean[channel];
      for (var row = part * uniforms.partRows + i32(localId.y); row < end; row += ${LANES}) {
        let d = dy[row * channels + channel];
        sum += d;
        product += d * (x[row * channels + channel] - centre);
      }
    }
    sums[localId.y][localId.x] = sum;
    products[localId.y][localId.x] = product;
    workgroupBarrier();
    if (localId.y == 0u && channel < channels) {
      for (var lane = 1; lane < ${LANES}; lane++) {
        sum += sums[lane][localId.x];
        product += products[lane][localId.x];
      }
      result[part * 2 * channels + channel] = sum;
      result[(part * 2 + 1) * channels + channel] = product;
    }
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
      workgroup: WORKGROUP,
      groups: [Math.ceil(channels / CHANNELS), count, 1],
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
