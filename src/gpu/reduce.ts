/** Pieces shared by the kernels that reduce over many rows: how the work is cut, and the sum of the parts. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { runProgram } from './webgpuProgram.js';

/** Workgroups of the row reductions: 32 neighbouring channels, whose reads join, by 8 rows. */
export const CHANNELS = 32;
export const LANES = 8;

/** Rows that one thread sums at least, and parts that a reduction is cut into at most. */
const LEAST_ROWS_A_THREAD = 8;
const MOST_PARTS = 128;

const FLAT_WORKGROUP = 256;
/** Every device allows as many workgroups along one axis. */
const MOST_GROUPS_AN_AXIS = 65535;

export interface Parts {
  readonly count: number;
  /** Rows in every part but the last, which has what is left. */
  readonly rows: number;
}

/** Cuts `rows` into parts that together keep a GPU busy. */
export function cut(rows: number): Parts {
  const wanted = Math.min(MOST_PARTS, Math.ceil(rows / (LANES * LEAST_ROWS_A_THREAD)));
  const size = Math.ceil(rows / wanted);
  return { count: Math.ceil(rows / size), rows: size };
}

/** One thread a value, however many there are. */
export interface FlatGrid {
  readonly workgroup: readonly [number, number, number];
  readonly groups: readonly [number, number, number];
}

/** The grid for {@link FLAT_INDEX}. */
export function flatGrid(size: number): FlatGrid {
  const groups = Math.ceil(size / FLAT_WORKGROUP);
  const lines = Math.ceil(groups / MOST_GROUPS_AN_AXIS);
  return { workgroup: [FLAT_WORKGROUP, 1, 1], groups: [Math.ceil(groups / lines), lines, 1] };
}

/** WGSL for the number of the value that a thread of a {@link flatGrid} computes; it may lie behind the last. */
export const FLAT_INDEX = `(i32(workgroupId.y * numWorkgroups.x + workgroupId.x) * ${FLAT_WORKGROUP} + i32(localIndex))`;

const SUM_SOURCE = `
  fn main() {
    let index = ${FLAT_INDEX};
    if (index >= uniforms.length) { return; }
    var sum = 0.0;
    for (var part = 0; part < uniforms.count; part++) { sum += parts[part * uniforms.length + index]; }
    result[index] = sum;
  }`;

/** Sums over the first axis: `[parts, ...shape]` to `shape`. Disposes the parts. */
export function sumParts(parts: Tensor, shape: readonly number[]): Tensor {
  const [count] = parts.shape;
  const length = parts.size / count;
  const sum = runProgram(
    {
      key: 'sum-parts',
      source: SUM_SOURCE,
      inputs: ['parts'],
      uniforms: 'length : i32, count : i32,',
      outputShape: shape,
      ...flatGrid(length),
    },
    [parts],
    [
      { type: 'int32', data: [length] },
      { type: 'int32', data: [count] },
    ],
  );
  parts.dispose();
  return sum;
}
