/** A face and its mirror image look alike to people; a network's two answers differ a little, and their mean is better than either. */

/** A face as it is in the picture, or its mirror image. */
export type View = 'plain' | 'mirrored';

/** How a frame used mirror images: `both` averages two views of each face, `only` looked at the mirror image alone. */
export type MirrorUse = 'both' | 'only';

/** The crop with left and right exchanged. `[size, size, channels]` */
export function mirrorCrop(crop: Float32Array, size: number, channels: number): Float32Array {
  const mirrored = new Float32Array(crop.length);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = (y * size + x) * channels;
      const to = (y * size + size - 1 - x) * channels;
      for (let channel = 0; channel < channels; channel++) mirrored[to + channel] = crop[from + channel];
    }
  }
  return mirrored;
}

/** The mean of two rows of probabilities. */
export function meanOfViews(first: ArrayLike<number>, second: ArrayLike<number>): Float64Array {
  return Float64Array.from(first, (value, index) => (value + second[index]) / 2);
}
