/** One way to read a picture between its pixels. */
import { clamp } from '../base/numbers.js';

/** Values of any kind as `[height, width, channels]`. */
export interface Samples {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/**
 * Writes the channels at a place, where whole numbers are the centres of pixels, from `at` on; borders are continued outward.
 * @param unit what the values are divided by: 255 takes bytes to 0..1
 */
export function sampleBilinear(
  { data, width, height, channels }: Samples,
  column: number,
  row: number,
  result: { [index: number]: number },
  at: number,
  unit = 1,
): void {
  const x = clamp(column, 0, width - 1);
  const y = clamp(row, 0, height - 1);
  const left = Math.floor(x);
  const top = Math.floor(y);
  const upperLeft = (top * width + left) * channels;
  const right = left + 1 < width ? channels : 0;
  const lowerLeft = top + 1 < height ? upperLeft + width * channels : upperLeft;
  const fx = x - left;
  const fy = y - top;
  for (let channel = 0; channel < channels; channel++) {
    const upper = mix(data[upperLeft + channel], data[upperLeft + right + channel], fx);
    const lower = mix(data[lowerLeft + channel], data[lowerLeft + right + channel], fx);
    result[at + channel] = mix(upper, lower, fy) / unit;
  }
}

function mix(first: number, second: number, fraction: number): number {
  return first + (second - first) * fraction;
}
