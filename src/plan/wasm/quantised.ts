/** 8-bit weights and values: 7 bits of values so that no sum of products saturates on any machine. */
import { PANEL } from './kernels.js';
import { padded } from './packing.js';

/** Greatest quantised value; the smallest is 0. */
const LEVELS = 127;
/** Greatest quantised weight; the smallest is its negative. */
const WEIGHT_LEVELS = 127;
/** Depths are filled up to whole words of four bytes of either build. */
const DEPTH = 4;

/** Bytes of a quantised value in the build that has the larger ones. */
export const LARGEST_QUANTISED = 2;

/** A value is `(quantised − zeroPoint) · scale`. */
export interface Quantisation {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Weights as `matmulQuantised` reads them; `scale` and `bias` turn its sums into the product of the values that were meant. */
export interface QuantisedMatrix {
  readonly weights: Uint8Array<ArrayBuffer>;
  readonly scale: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
}

/** The quantisation of values between `low` and `high`. Zero, which stands around maps, is always among them and exact. */
export function quantisation(low: number, high: number): Quantisation {
  const [bottom, top] = [Math.min(low, 0), Math.max(high, 0)];
  // A range of nothing: every scale holds its zeros.
  const scale = (top - bottom) / LEVELS || 1;
  return { scale, zeroPoint: Math.round(-bottom / scale) };
}

/** Bytes of a row of `width` quantised values, `size` (`quantisedBytes`) each. */
export function quantisedRow(width: number, size: number): number {
  return Math.ceil(width / DEPTH) * DEPTH * size;
}

/**
 * A matrix for `matmulQuantised`, each column with a scale of its own: panels of 8 columns, and within a panel the columns take turns by
 * words of four bytes.
 * @param matrix `[K, N]`, row-major
 * @param bias N values of the product
 * @param input how the rows that it is multiplied with are quantised
 * @param size bytes of a quantised value in this build, `quantisedBytes`: 1 or 2
 */
export function packQuantised(
  matrix: Float32Array,
  K: number,
  N: number,
  bias: Float32Array,
  input: Quantisation,
  size: number,
): QuantisedMatrix {
  if (matrix.length !== K * N) throw new RangeError(`A matrix of ${K} × ${N} has not ${matrix.length} elements.`);
  const depth = quantisedRow(K, size) / size;
  const packed = size === 1 ? new Int8Array(depth * padded(N)) : new Int16Array(depth * padded(N));
  const [scales, biases] = [new Float32Array(padded(N)), new Float32Array(padded(N))];
  const perWord = DEPTH / size;
  const [steps, sums] = [new Float64Array(PANEL), new Float64Array(PANEL)];
  for (let first = 0; first < N; first += PANEL) {
    const width = Math.min(PANEL, N - first);
    // Row by row, as the values lie.
    steps.fill(0);
    for (let k = 0, from = first; k < K; k++, from += N) {
      for (let column = 0; column < width; column++) {
        steps[column] = Math.max(steps[column], Math.abs(matrix[from + column]));
      }
    }
    for (let column = 0; column < width; column++) steps[column] = steps[column] / WEIGHT_LEVELS || 1;
    sums.fill(0);
    for (let k = 0, from = first; k < K; k++, from += N) {
      const word = first * depth + (k - (k % perWord)) * PANEL + (k % perWord);
      for (let column = 0; column < width; column++) {
        const weight = Math.round(matrix[from + column] / steps[column]);
        packed[word + column * perWord] = weight;
        sums[column] += weight;
      }
    }
    for (let column = 0; column < width; column++) {
      scales[first + column] = input.scale * steps[column];
      biases[first + column] = bias[first + column] - scales[first + column] * input.zeroPoint * sums[column];
    }
  }
  return { weights: new Uint8Array(packed.buffer), scale: scales, bias: biases };
}
