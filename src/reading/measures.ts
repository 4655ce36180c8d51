/**
 * How good an aligned crop is, measured on the very pixels that the network reads. Detail is compared at 28 and 14 pixels a side: a FERPlus face, 48 pixels wide,
 * holds both as well as a close webcam face does, so that limits learned on one hold for the other.
 */
import { median } from '../base/numbers.js';

/** Sides of the two grids on which detail is measured. */
const FINE = 28;
const COARSE = 14;
/** Detail below this part of the crop's own is hardly any. */
const HARDLY = 0.08;
/** Of values in 0..1: keeps the logarithms of a picture without any detail finite. */
const LEAST = 1e-6;

export interface CropMeasures {
  /** Mean luma, 0..1. */
  readonly brightness: number;
  /** Standard deviation of the luma, 0..0.5. */
  readonly contrast: number;
  /** Logarithm of fine detail over coarse detail: about -0.4, -1 and below where the picture is blurred. */
  readonly sharpness: number;
  /**
   * Logarithm of the detail that is everywhere (the median of Immerkær's noise operator, Computer Vision and Image Understanding 1996) over coarse detail: about
   * -1.7, above -1 where noise covers all, below -2.4 where the picture is blurred or enlarged.
   */
  readonly grain: number;
  /** Share of the crop with hardly any detail, 0..1: about 0.13, above 0.27 where something even covers a part. */
  readonly flat: number;
}

/** @param crop `[size, size, channels]` in 0..1; of three channels the mean is taken */
export function measureCrop(crop: Float32Array, size: number, channels: number): CropMeasures {
  const fine = cellMeans(crop, size, channels, FINE);
  const coarse = cellMeans(fine, FINE, 1, COARSE);
  const brightness = fine.reduce((sum, value) => sum + value, 0) / fine.length;
  const variance = fine.reduce((sum, value) => sum + (value - brightness) ** 2, 0) / fine.length;
  const coarseDetail = Math.max(rootMeanSquare(filter(coarse, COARSE, LAPLACE)), LEAST);
  const edges = filter(fine, FINE, LAPLACE);
  const fineDetail = Math.max(rootMeanSquare(edges), LEAST);
  const everywhere = median(filter(fine, FINE, NOISE).map(Math.abs));
  return {
    brightness,
    contrast: Math.sqrt(variance),
    sharpness: Math.log(fineDetail / coarseDetail),
    grain: Math.log(Math.max(everywhere, LEAST) / coarseDetail),
    flat: edges.filter((value) => Math.abs(value) < HARDLY * fineDetail).length / edges.length,
  };
}

/** Weights of a symmetric 3 x 3 filter: its middle, the four sides, the four corners. */
type Weights = readonly [middle: number, side: number, corner: number];
const LAPLACE: Weights = [4, -1, 0];
const NOISE: Weights = [4, -2, 1];

/** The filtered inner cells. */
function filter(image: ArrayLike<number>, side: number, [middle, edge, corner]: Weights): number[] {
  const values: number[] = [];
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const at = y * side + x;
      values.push(
        middle * image[at] +
          edge * (image[at - 1] + image[at + 1] + image[at - side] + image[at + side]) +
          corner * (image[at - side - 1] + image[at - side + 1] + image[at + side - 1] + image[at + side + 1]),
      );
    }
  }
  return values;
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

/** A picture brought to `cells` x `cells` means. */
function cellMeans(image: ArrayLike<number>, side: number, channels: number, cells: number): Float32Array {
  const sums = new Float32Array(cells * cells);
  const counts = new Float32Array(cells * cells);
  for (let y = 0; y < side; y++) {
    const row = Math.floor((y * cells) / side) * cells;
    for (let x = 0; x < side; x++) {
      const cell = row + Math.floor((x * cells) / side);
      for (let channel = 0; channel < channels; channel++) sums[cell] += image[(y * side + x) * channels + channel];
      counts[cell] += channels;
    }
  }
  return sums.map((sum, cell) => sum / Math.max(counts[cell], 1));
}
