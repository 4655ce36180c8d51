/** Values as the reference executor holds them. */
import { type Shape, sizeOf, stridesOf } from '../graph.js';

export interface Held {
  readonly shape: Shape;
  /** Row-major. */
  readonly data: Float32Array;
}

/** Inputs by name, as in the operation's own comment (src/plan/operations.ts). */
export type HeldInputs = Readonly<Record<string, Held>>;

/** What one operation computes: the values of its output, row-major. Sums are in float64. */
export type ReferenceKernel<O> = (operation: O, inputs: HeldInputs, shape: Shape) => Float32Array;

/** Gives the values of `array` in the order of a larger row-major shape in which its axes of size 1, and those it lacks, are repeated. */
export function broadcast({ shape: own, data }: Held, shape: Shape): Float32Array {
  const missing = shape.length - own.length;
  const strides = stridesOf(own);
  return gather(data, shape, 0, (axis) => (axis < missing || own[axis - missing] === 1 ? 0 : strides[axis - missing]));
}

/** Values of `data` in the row-major order of `shape`, where one step along an axis is `strideOf(axis)` values. */
export function gather(
  data: Float32Array,
  shape: Shape,
  start: number,
  strideOf: (axis: number) => number,
): Float32Array {
  const strides = shape.map((_, axis) => strideOf(axis));
  const places = shape.map(() => 0);
  const result = new Float32Array(sizeOf(shape));
  let from = start;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++places[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      places[axis] = 0;
    }
  }
  return result;
}
