/** Pieces shared by the kernels that reduce over many rows: how the work is cut, and the sum of the parts. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { runProgram } from './webgpuProgram.js';

/** Rows of a part at least, and parts at most: enough threads for a GPU, and few enough parts for the sum over them. */
const LEAST_ROWS = 32;
const MOST_PARTS = 256;

const FLAT_WORKGROUP = 256;
/** Every device allows as many workgroups along one axis. */
const MOST_GROUPS_AN_AXIS = 65535;

export interface Parts {
  readonly count: number;
  /** Rows in every part but the last, which has what is left. */
  readonly rows: number;
}

/** Cuts `rows` into parts that one thread each can sum while together they keep a GPU busy. */
export function cut(rows: number): Parts {
  const size = Math.max(LEAST_ROWS, Math.ceil(rows / MOST_PARTS));
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

// Four sums side by side keep four reads on their way.
const SUM_SOURCE = `
  fn partValue(part : i32, index : i32) -> f32 {
    if (part >= uniforms.count) { return 0.0; }
    return parts[part * uniforms.length + index];
  }

  fn main() {
    let index = ${FLAT_INDEX};
    if (index >= uniforms.length) { return; }
    var sums = vec4<f32>(0.0);
    for (var part = 0; part < uniforms.count; part += 4) {
      sums += vec4<f32>(partValue(part, index), partValue(part + 1, index), partValue(part + 2, index), partValue(part + 3, index));
    }
    result[index] = sums.x + sums.y + (sums.z + sums.w);
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
