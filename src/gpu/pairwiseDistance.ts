/** Euclidean distances between every two rows, with their gradient: the attention maps of cross similarity (QCS, section 3.2). */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor3D } from '@tensorflow/tfjs-core';
import { onWebgpu, runProgram } from './webgpuProgram.js';

/**
 * Distances `d(u, v)`, not squared.
 *
 * @param u `[batch, n, depth]`
 * @param v `[batch, m, depth]`
 * @returns `[batch, n, m]`. Where a distance is 0 its gradient is 0, as in `torch.cdist`.
 */
export function pairwiseDistance(u: Tensor3D, v: Tensor3D): Tensor3D {
  if (u.shape[0] !== v.shape[0] || u.shape[2] !== v.shape[2]) {
    throw new RangeError(
      `pairwiseDistance needs equal batches and depths, not [${u.shape.join()}] and [${v.shape.join()}]`,
    );
  }
  return distances(u, v);
}

type Save = (tensors: tf.Tensor[]) => void;

const distances = tf.customGrad((...inputs) => {
  const [u, v, save] = inputs as unknown as [Tensor3D, Tensor3D, Save];
  const value = onWebgpu() ? forwardOnGpu(u, v) : forwardElsewhere(u, v);
  save([u, v, value]);
  return {
    value,
    gradFunc: (dy: Tensor3D, saved) => {
      const [u, v, distance] = saved as [Tensor3D, Tensor3D, Tensor3D];
      return onWebgpu() ? gradientsOnGpu(u, v, distance, dy) : gradientsElsewhere(u, v, distance, dy);
    },
  };
}) as (u: Tensor3D, v: Tensor3D) => Tensor3D;

/** Workgroups compute square tiles of the output with this side, and walk the summed axis in steps of it. */
const TILE = 16;

// Rows one longer than the tile keep the threads of a column in different memory banks.
const TILE_MEMORY = `array<array<f32, ${TILE + 1}>, ${TILE}>`;

const FORWARD_SOURCE = `
  var<workgroup> uTile : ${TILE_MEMORY};
  var<workgroup> vTile : ${TILE_MEMORY};

  fn main() {
    let rows = uniforms.uShape.y;
    let columns = uniforms.vShape.y;
    let depth = uniforms.uShape.z;
    let batch = i32(workgroupId.z);
    let row = i32(workgroupId.y) * ${TILE} + i32(localId.y);
    let column = i32(workgroupId.x) * ${TILE} + i32(localId.x);
    let loadedColumn = i32(workgroupId.x) * ${TILE} + i32(localId.y);
    var sum = 0.0;
    for (var start = 0; start < depth; start += ${TILE}) {
      let k = start + i32(localId.x);
      var uValue = 0.0;
      if (row < rows && k < depth) { uValue = u[(batch * rows + row) * depth + k]; }
      var vValue = 0.0;
      if (loadedColumn < columns && k < depth) { vValue = v[(batch * columns + loadedColumn) * depth + k]; }
      uTile[localId.y][localId.x] = uValue;
      vTile[localId.y][localId.x] = vValue;
      workgroupBarrier();
      for (var i = 0; i < ${TILE}; i++) {
        let difference = uTile[localId.y][i] - vTile[localId.x][i];
        sum += difference * difference;
      }
      workgroupBarrier();
    }
    if (row < rows && column < columns) {
      var distance = 0.0;
      if (sum > 0.0) { distance = sqrt(sum); }
      result[(batch * rows + row) * columns + column] = distance;
    }
  }`;

function forwardOnGpu(u: Tensor3D, v: Tensor3D): Tensor3D {
  const [batch, rows] = u.shape;
  const columns = v.shape[1];
  return runProgram(
    {
      key: 'pairwise-distance',
      source: FORWARD_SOURCE,
      inputs: ['u', 'v'],
      outputShape: [batch, rows, columns],
      workgroup: [TILE, TILE, 1],
      groups: [Math.ceil(columns / TILE), Math.ceil(rows / TILE), batch],
    },
    [u, v],
  ) as Tensor3D;
}

/** Whether the tensor whose gradient is wanted stands along the rows or the columns of the distances. */
type Side = 'rows' | 'columns';

const gradientSource = (side: Side): string => `
  var<workgroup> weights : ${TILE_MEMORY};
  var<workgroup> others : ${TILE_MEMORY};

  fn main() {
    let rows = uniforms.ownShape.y;
    let terms = uniforms.otherShape.y;
    let depth = uniforms.ownShape.z;
    let batch = i32(workgroupId.z);
    let row = i32(workgroupId.y) * ${TILE} + i32(localId.y);
    let k = i32(workgroupId.x) * ${TILE} + i32(localId.x);
    var mine = 0.0;
    if (row < rows && k < depth) { mine = own[(batch * rows + row) * depth + k]; }
    var sum = 0.0;
    for (var start = 0; start < terms; start += ${TILE}) {
      let term = start + i32(localId.x);
      var weight = 0.0;
      if (row < rows && term < terms) {
        let at = ${side === 'rows' ? '(batch * rows + row) * terms + term' : '(batch * terms + term) * rows + row'};
        let d = distance[at];
        if (d > 0.0) { weight = dy[at] / d; }
      }
      let loaded = start + i32(localId.y);
      var value = 0.0;
      if (loaded < terms && k < depth) { value = other[(batch * terms + loaded) * depth + k]; }
      weights[localId.y][localId.x] = weight;
      others[localId.y][localId.x] = value;
      workgroupBarrier();
      for (var i = 0; i < ${TILE}; i++) {
        sum += weights[localId.y][i] * (mine - others[i][localId.x]);
      }
      workgroupBarrier();
    }
    if (row < rows && k < depth) { result[(batch * rows + row) * depth + k] = sum; }
  }`;

/** `du[i] = sum over j of dy[i, j] / d[i, j] * (u[i] - v[j])`, and the other way round: differences first, so that near rows keep digits. */
function gradientsOnGpu(u: Tensor3D, v: Tensor3D, distance: Tensor3D, dy: Tensor3D): [Tensor3D, Tensor3D] {
  return [gradientOnGpu(u, v, distance, dy, 'rows'), gradientOnGpu(v, u, distance, dy, 'columns')];
}

function gradientOnGpu(own: Tensor3D, other: Tensor3D, distance: Tensor3D, dy: Tensor3D, side: Side): Tensor3D {
  const [batch, rows, depth] = own.shape;
  return runProgram(
    {
      key: `pairwise-distance-gradient-${side}`,
      source: gradientSource(side),
      inputs: ['own', 'other', 'distance', 'dy'],
      outputShape: own.shape,
      workgroup: [TILE, TILE, 1],
      groups: [Math.ceil(depth / TILE), Math.ceil(rows / TILE), batch],
    },
    [own, other, distance, dy],
  ) as Tensor3D;
}

/**
 * In JavaScript and in double precision: composed of the differences it would write `[batch, n, m, depth]` several times over, and `|u|^2 + |v|^2 - 2 u v` would
 * lose its digits near 0.
 */
function forwardElsewhere(u: Tensor3D, v: Tensor3D): Tensor3D {
  const [batch, rows, depth] = u.shape;
  const columns = v.shape[1];
  const [uValues, vValues] = [u.dataSync<'float32'>(), v.dataSync<'float32'>()];
  const distances = new Float32Array(batch * rows * columns);
  for (let row = 0; row < batch * rows; row++) {
    const image = Math.floor(row / rows);
    for (let column = 0; column < columns; column++) {
      const square = squaredDistance(uValues, row * depth, vValues, (image * columns + column) * depth, depth);
      distances[row * columns + column] = Math.sqrt(square);
    }
  }
  return tf.tensor3d(distances, [batch, rows, columns]);
}

/** Two sums, so that one addition need not wait for the other. */
function squaredDistance(u: Float32Array, uStart: number, v: Float32Array, vStart: number, depth: number): number {
  let [even, odd] = [0, 0];
  const pairs = depth - (depth % 2);
  for (let k = 0; k < pairs; k += 2) {
    const first = u[uStart + k] - v[vStart + k];
    const second = u[uStart + k + 1] - v[vStart + k + 1];
    even += first * first;
    odd += second * second;
  }
  const last = pairs < depth ? u[uStart + pairs] - v[vStart + pairs] : 0;
  return even + odd + last * last;
}

/** In JavaScript, both sides in one walk over the pairs and in double precision: sums over the first tokens' axis are slow elsewhere. */
function gradientsElsewhere(u: Tensor3D, v: Tensor3D, distance: Tensor3D, dy: Tensor3D): [Tensor3D, Tensor3D] {
  const [batch, rows, depth] = u.shape;
  const columns = v.shape[1];
  const [uValues, vValues] = [u.dataSync<'float32'>(), v.dataSync<'float32'>()];
  const [distances, dyValues] = [distance.dataSync<'float32'>(), dy.dataSync<'float32'>()];
  const du = new Float64Array(uValues.length);
  const dv = new Float64Array(vValues.length);
  for (let row = 0; row < batch * rows; row++) {
    const image = Math.floor(row / rows);
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      if (distances[at] === 0) continue;
      addPair(
        du,
        uValues,
        row * depth,
        dv,
        vValues,
        (image * columns + column) * depth,
        depth,
        dyValues[at] / distances[at],
      );
    }
  }
  return [tf.tensor3d(Float32Array.from(du), u.shape), tf.tensor3d(Float32Array.from(dv), v.shape)];
}

function addPair(
  du: Float64Array,
  u: Float32Array,
  uStart: number,
  dv: Float64Array,
  v: Float32Array,
  vStart: number,
  depth: number,
  weight: number,
): void {
  for (let k = 0; k < depth; k++) {
    const change = weight * (u[uStart + k] - v[vStart + k]);
    du[uStart + k] += change;
    dv[vStart + k] -= change;
  }
}
