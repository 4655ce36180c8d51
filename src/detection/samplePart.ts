/** A square part of a picture as BlazeFace reads it. */
import type { Box } from '../faces/geometry.js';
import type { PixelImage } from '../faces/image.js';

/** Weights of the pixels from `first` on that make one pixel of the result. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * The square `region` of `image`, `side` x `side` x 3, in -1..1, as MediaPipe reads it in a page: drawn twice as large, and every second
 * pixel of that. Drawn pixels are means weighted by a triangle as wide as the reduction. What lies outside the picture is black,
 * transparency is ignored.
 *
 * Against MediaPipe's points on eight photos this differed by 1.6 % of the face's size (root mean square), every pixel taken by 1.8 to
 * 2.1 %.
 */
export function samplePart(image: PixelImage, region: Box, side: number): Float32Array {
  const columns = tapsOf(region.x, region.width, image.width, side);
  const rows = tapsOf(region.y, region.height, image.height, side);
  const firstRow = Math.min(...rows.map(({ first }) => first));
  const lastRow = Math.max(...rows.map(({ first, weights }) => first + weights.length));
  const narrow = new Float32Array(Math.max(lastRow - firstRow, 0) * side * 3);
  for (let row = firstRow, target = 0; row < lastRow; row++) {
    for (const { first, weights } of columns) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let tap = 0, at = (row * image.width + first) * 4; tap < weights.length; tap++, at += 4) {
        red += weights[tap] * image.data[at];
        green += weights[tap] * image.data[at + 1];
        blue += weights[tap] * image.data[at + 2];
      }
      narrow[target++] = red;
      narrow[target++] = green;
      narrow[target++] = blue;
    }
  }
  const result = new Float32Array(side * side * 3).fill(-1);
  const length = side * 3;
  for (const [row, { first, weights }] of rows.entries()) {
    for (const [tap, weight] of weights.entries()) {
      const source = (first - firstRow + tap) * length;
      for (let index = 0; index < length; index++)
        result[row * length + index] += (weight / 127.5) * narrow[source + index];
    }
  }
  return result;
}

/** Weights sum to 1 inside the picture, and to less where a pixel's area reaches beyond it. */
function tapsOf(start: number, length: number, size: number, side: number): Taps[] {
  const scale = length / (2 * side);
  const reach = Math.max(scale, 1);
  return Array.from({ length: side }, (_, index) => {
    const middle = start + (2 * index + 0.5) * scale;
    const from = Math.floor(middle - reach);
    const all = Array.from({ length: Math.ceil(middle + reach) - from }, (__, tap) =>
      Math.max(1 - Math.abs(from + tap + 0.5 - middle) / reach, 0),
    );
    const sum = all.reduce((total, weight) => total + weight, 0);
    const first = Math.min(Math.max(from, 0), size);
    const last = Math.max(Math.min(from + all.length, size), first);
    return { first, weights: all.slice(first - from, last - from).map((weight) => weight / sum) };
  });
}
