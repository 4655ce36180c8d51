/** Where in a buffer a value lies: its axes may be any number of values apart, so slices, reshapes and parts of a concatenation need no copy. */
import { sameShape, type Shape, stridesOf } from '../graph.js';

export type BufferId = number;

/** All counts are of values, not of bytes. */
export interface View {
  readonly buffer: BufferId;
  /** From the buffer's start. */
  readonly offset: number;
  readonly shape: Shape;
  /** How far one step along each axis is. */
  readonly strides: readonly number[];
}

/** A matrix of rows, each without gaps. */
export interface Rows {
  readonly rows: number;
  readonly width: number;
  /** From one row to the next. */
  readonly stride: number;
}

export function wholeView(buffer: BufferId, shape: Shape): View {
  return { buffer, offset: 0, shape, strides: stridesOf(shape) };
}

/** Whether the values lie row-major without gaps. */
export function isWhole({ shape, strides }: View): boolean {
  const whole = stridesOf(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === whole[axis]);
}

export function sameView(a: View, b: View): boolean {
  return (
    a.buffer === b.buffer &&
    a.offset === b.offset &&
    sameShape(a.shape, b.shape) &&
    a.shape.every((size, axis) => size === 1 || a.strides[axis] === b.strides[axis])
  );
}

export function sliceView(view: View, begin: readonly number[], shape: Shape): View {
  const offset = begin.reduce((sum, first, axis) => sum + first * view.strides[axis], view.offset);
  return { ...view, offset, shape };
}

export function transposeView(view: View, axes: readonly number[]): View {
  return {
    ...view,
    shape: axes.map((axis) => view.shape[axis]),
    strides: axes.map((axis) => view.strides[axis]),
  };
}

/** The same values in another shape; null where that needs a copy. */
export function reshapeView(view: View, shape: Shape): View | null {
  // Runs of axes that lie evenly, from the last to the first: only they can be divided anew.
  const runs = evenRuns(view).reverse();
  const strides: number[] = [];
  let run = 0;
  let left = runs[0]?.size ?? 1;
  let stride = runs[0]?.stride ?? 1;
  for (const size of shape.toReversed()) {
    if (size === 1) {
      strides.push(stride);
      continue;
    }
    if (left === 1) {
      run++;
      if (run >= runs.length) return null;
      ({ size: left, stride } = runs[run]);
    }
    if (left % size !== 0) return null;
    strides.push(stride);
    left /= size;
    stride *= size;
  }
  return { ...view, shape, strides: strides.reverse() };
}

interface Run {
  readonly size: number;
  readonly stride: number;
}

/** Neighbouring axes as one where the outer is as far as the inner is long. Axes of 1 do not count. */
function evenRuns({ shape, strides }: View): Run[] {
  const runs: Run[] = [];
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.stride === size * strides[axis]) {
      runs[runs.length - 1] = { size: last.size * size, stride: strides[axis] };
    } else runs.push({ size, stride: strides[axis] });
  }
  return runs;
}

/** The view as rows along its last axis; null where its rows have gaps or do not lie evenly. */
export function rowsOf({ shape, strides, ...place }: View): Rows | null {
  const width = shape.at(-1) ?? 1;
  if (width > 1 && strides.at(-1) !== 1) return null;
  const runs = evenRuns({ ...place, shape: shape.slice(0, -1), strides: strides.slice(0, -1) });
  if (runs.length > 1) return null;
  const [run] = runs;
  return run === undefined ? { rows: 1, width, stride: width } : { rows: run.size, width, stride: run.stride };
}
