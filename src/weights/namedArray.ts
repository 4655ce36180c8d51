/** Numbers with a shape, as files hold them: row-major, PyTorch's axis order (convolutions `[out, in, height, width]`). */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A model's parameters and buffers by their published names. */
export type NamedArrays = ReadonlyMap<string, NamedArray>;
