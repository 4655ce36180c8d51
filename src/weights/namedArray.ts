/** Tensors as plain numbers. */
import { ModelError } from '../errors.js';

/** Numbers with a shape, as files hold them: row-major, PyTorch's axis order (convolutions `[out, in, height, width]`). */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A model's parameters and buffers by their published names. */
export type NamedArrays = ReadonlyMap<string, NamedArray>;

/**
 * A network with one NaN among its weights answers NaN, and with an infinity anything: nothing of the kind is taken.
 * @throws ModelError `model-parameters`
 */
export function requireFinite(name: string, values: Float32Array): void {
  // By index: an iterator over millions of values takes several times as long.
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new ModelError(
      'model-parameters',
      `${JSON.stringify(name)} holds values that are no numbers (NaN or infinite). Export the model again from a sound checkpoint.`,
    );
  }
}
