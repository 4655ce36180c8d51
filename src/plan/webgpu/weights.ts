/** Constants as shaders read them. */
import { FLOAT16_MAX, float32ToFloat16 } from '../../weights/halfPrecision.js';
import { type PackedWeights, QUAD, quads } from './places.js';

/** Rows of `width` values, each filled up with zeros to whole vectors of four. */
export function padRows(data: Float32Array, width: number): Float32Array<ArrayBuffer> {
  const padded = quads(width) * QUAD;
  if (padded === width) return Float32Array.from(data);
  const result = new Float32Array((data.length / width) * padded);
  for (let row = 0; row * width < data.length; row++) {
    result.set(data.subarray(row * width, (row + 1) * width), row * padded);
  }
  return result;
}

/**
 * A matrix `[inner, columns]`, both filled up with zeros to multiples of four: row-major vectors of four columns.
 * @param half whether the device has float16. A matrix with a value beyond its range stays float32.
 */
export function packWeights(matrix: Float32Array, columns: number, half: boolean): PackedWeights {
  const rows = padRows(matrix, columns);
  const width = quads(columns) * QUAD;
  const data = new Float32Array(quads(rows.length / width) * QUAD * width);
  data.set(rows);
  if (half && data.every((value) => Math.abs(value) <= FLOAT16_MAX))
    return { type: 'f16', data: float32ToFloat16(data) };
  return { type: 'f32', data };
}
