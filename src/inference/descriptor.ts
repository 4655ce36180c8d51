/** A coarse picture of an aligned face by which a tracker tells two people apart from one frame to the next; it recognises nobody. */

/** Cells a side; a cell is the mean of its pixels. */
const CELLS = 12;

/**
 * Unit vector with mean 0 of the crop's cell means (first channel), so that the dot product of two is their correlation, -1..1,
 * whatever the light.
 *
 * @param crop `[size, size, channels]`
 */
export function describeCrop(crop: Float32Array, size: number, channels: number): Float32Array {
  const sums = new Float32Array(CELLS * CELLS);
  const counts = new Float32Array(CELLS * CELLS);
  for (let y = 0; y < size; y++) {
    const row = Math.floor((y * CELLS) / size) * CELLS;
    for (let x = 0; x < size; x++) {
      const cell = row + Math.floor((x * CELLS) / size);
      sums[cell] += crop[(y * size + x) * channels];
      counts[cell]++;
    }
  }
  return unit(sums.map((sum, cell) => sum / counts[cell]));
}

/** The mean direction of a track's descriptor and a new one. */
export function blendDescriptors(old: Float32Array, fresh: Float32Array, weight: number): Float32Array {
  return unit(old.map((value, index) => value + weight * (fresh[index] - value)));
}

/** Correlation, -1..1. */
export function similarity(first: Float32Array, second: Float32Array): number {
  return first.reduce((sum, value, index) => sum + value * second[index], 0);
}

function unit(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const length = Math.hypot(...centred);
  return length === 0 ? centred : centred.map((value) => value / length);
}
