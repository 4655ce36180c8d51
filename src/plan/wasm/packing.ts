/** Weights in the order in which the kernels read them. */
import { PANEL } from './kernels.js';

/** `count` rounded up to whole panels. */
export function padded(count: number): number {
  return Math.ceil(count / PANEL) * PANEL;
}

/**
 * A matrix for `matmul`: panels of 8 columns, one after the other, each with its K rows of 8 floats; the columns that the last panel
 * lacks are zero.
 * @param matrix `[K, N]`, row-major
 */
export function packMatrix(matrix: Float32Array, K: number, N: number): Float32Array<ArrayBuffer> {
  if (matrix.length !== K * N) throw new RangeError(`A matrix of ${K} × ${N} has not ${matrix.length} elements.`);
  const packed = new Float32Array(K * padded(N));
  for (let first = 0; first < N; first += PANEL) {
    const width = Math.min(PANEL, N - first);
    // Value by value: a view of each eight costs more than they do.
    for (let k = 0; k < K; k++) {
      const from = k * N + first;
      const to = first * K + k * PANEL;
      for (let column = 0; column < width; column++) packed[to + column] = matrix[from + column];
    }
  }
  return packed;
}

/** A bias or slopes of `matmul`: one value a column and zeros up to a whole panel. */
export function packRow(row: Float32Array): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(padded(row.length));
  packed.set(row);
  return packed;
}
