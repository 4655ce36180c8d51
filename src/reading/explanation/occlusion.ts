/** Hiding parts of a crop (Zeiler and Fergus, ECCV 2014): what a reading rests on is what it loses by its absence. */

/** Patches a side of the crop: 49 in all. */
export const PATCHES_A_SIDE = 7;
export const PATCHES = PATCHES_A_SIDE ** 2;

/** What stands in the place of a hidden patch: the crop's mean, or the crop with its detail smoothed away. */
export type Cover = 'mean' | 'smooth';

/** What a crop is covered with, `[size, size, channels]`. */
export function coverOf(crop: Float32Array, size: number, channels: number, cover: Cover = 'mean'): Float32Array {
  return cover === 'mean' ? meanOf(crop, channels) : smoothed(crop, size, channels);
}

/** The crop with some patches covered, `[size, size, channels]`; patches are counted row by row from the upper left. */
export function hidePatches(
  crop: Float32Array,
  cover: Float32Array,
  size: number,
  patches: Iterable<number>,
): Float32Array {
  const channels = crop.length / size ** 2;
  const hidden = Float32Array.from(crop);
  for (const patch of patches) {
    const column = patch % PATCHES_A_SIDE;
    const row = (patch - column) / PATCHES_A_SIDE;
    for (let y = edge(row, size); y < edge(row + 1, size); y++) {
      const from = (y * size + edge(column, size)) * channels;
      const to = (y * size + edge(column + 1, size)) * channels;
      hidden.set(cover.subarray(from, to), from);
    }
  }
  return hidden;
}

function edge(index: number, size: number): number {
  return Math.round((index * size) / PATCHES_A_SIDE);
}

function meanOf(crop: Float32Array, channels: number): Float32Array {
  const sums = new Float64Array(channels);
  crop.forEach((value, index) => (sums[index % channels] += value));
  return crop.map((_, index) => sums[index % channels] / (crop.length / channels));
}

/** A box filter of two patches a side, at each pixel over what of it lies inside. */
function smoothed(crop: Float32Array, size: number, channels: number): Float32Array {
  const reach = Math.round(size / PATCHES_A_SIDE);
  const line = size * channels;
  return averaged(averaged(crop, { length: size, stride: channels, reach }), { length: size, stride: line, reach });
}

/** Means along one axis, whose neighbours lie `stride` apart. */
function averaged(
  values: Float32Array,
  { length, stride, reach }: { readonly length: number; readonly stride: number; readonly reach: number },
): Float32Array {
  const result = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const place = Math.floor(index / stride) % length;
    const first = Math.max(place - reach, 0);
    const last = Math.min(place + reach, length - 1);
    let sum = 0;
    for (let at = first; at <= last; at++) sum += values[index + (at - place) * stride];
    result[index] = sum / (last - first + 1);
  }
  return result;
}
