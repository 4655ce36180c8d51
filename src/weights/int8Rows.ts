/**
 * Matrices and filters in 8 bits: each row (the weights of one output) is whole numbers of one step, so that 127 steps are its largest
 * weight. In a safetensors file the steps of NAME (F32, one a row) lie beside it (I8) under NAME.int8_steps.
 */
import settings from '../../schema/int8.json';
import { ModelError } from '../errors.js';

/** Steps of a row's largest weight; the smallest possible is its negative. As the 8-bit kernels have it, so that they round nothing again. */
const LEVELS = settings.levels;
const SUFFIX = '.int8_steps';

interface Entry {
  readonly type: string;
  readonly shape: readonly number[];
}

/**
 * A row-major array in steps.
 * @param data finite values
 * @param rows see {@link rowsOf}
 */
export function quantiseRows(
  data: Float32Array,
  rows: number,
): { readonly values: Int8Array<ArrayBuffer>; readonly steps: Float32Array<ArrayBuffer> } {
  const [values, steps] = [new Int8Array(data.length), new Float32Array(rows)];
  const width = data.length / rows;
  for (let row = 0; row < rows; row++) {
    const [begin, end] = [row * width, (row + 1) * width];
    let largest = 0;
    for (let i = begin; i < end; i++) largest = Math.max(largest, Math.abs(data[i]));
    // A row of zeros: every step holds it.
    steps[row] = largest / LEVELS || 1;
    for (let i = begin; i < end; i++) {
      values[i] = Math.max(-LEVELS, Math.min(LEVELS, Math.round(data[i] / steps[row])));
    }
  }
  return { values, steps };
}

/** The values that `steps.length` rows of steps stand for. Written into `values`. */
export function inSteps(values: Float32Array, steps: Float32Array): Float32Array {
  const width = values.length / steps.length;
  for (const [row, step] of steps.entries()) {
    const end = (row + 1) * width;
    for (let i = row * width; i < end; i++) values[i] *= step;
  }
  return values;
}

/** How many rows a tensor has: the length of its first axis that is longer than one. */
export function rowsOf(shape: readonly number[]): number {
  return shape.find((size) => size > 1) ?? 1;
}

/** Where the steps of a tensor are. */
export function stepsName(name: string): string {
  return `${name}${SUFFIX}`;
}

/** Whether a tensor is nothing but the steps of another one. */
export function isStepsName(name: string, entries: ReadonlyMap<string, Entry>): boolean {
  return name.endsWith(SUFFIX) && entries.get(name.slice(0, -SUFFIX.length))?.type === 'I8';
}

/**
 * The entry with a tensor's steps; undefined where its values are what they are.
 * @throws ModelError `model-format` where they do not fit the tensor
 */
export function stepsOf<T extends Entry>(name: string, entries: ReadonlyMap<string, T>): T | undefined {
  const entry = entries.get(name);
  const steps = entry?.type === 'I8' ? entries.get(stepsName(name)) : undefined;
  if (steps === undefined) return undefined;
  if (steps.type !== 'F32' || steps.shape.length !== 1 || steps.shape[0] !== rowsOf(entry!.shape)) {
    throw new ModelError(
      'model-format',
      `${JSON.stringify(stepsName(name))} does not hold one step for each row of ${JSON.stringify(name)}. Export the model again.`,
    );
  }
  return steps;
}
