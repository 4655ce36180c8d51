/**
 * How much two faces of one video look alike: the light and dark of the aligned face, and the colours around it (hair, clothes). It tells the few
 * people of one recording apart, is thrown away with it, and recognises nobody elsewhere.
 */
import { clamp } from '../base/numbers.js';
import type { Keypoints } from '../inference/observation.js';
import { cropTransform, scaleOf } from '../faces/alignment.js';
import { sampleCrop, type PixelSource } from '../faces/crop.js';
import type { AlignmentTemplate } from '../weights/manifest.js';

/** Where the face lies in its square, whatever model reads it. */
const TEMPLATE: AlignmentTemplate = {
  rightEye: [0.316, 0.4],
  leftEye: [0.689, 0.396],
  nose: [0.505, 0.606],
  mouth: [0.506, 0.778],
};
/** Cells a side of the aligned face. */
const CELLS = 12;
/** The surroundings: a square of this many crops, of as many cells a side. */
const AROUND = 3;
const AROUND_CELLS = 24;
/** Levels of each of the two differences of colour. */
const LEVELS = 8;
/** Differences beyond this share of the mean brightness are one colour. */
const STRONG = 0.8;
/** What counts how much. */
const FACE_WEIGHT = 0.6;

/** A look: two unit vectors in one, so that the dot product of two looks is their likeness, at most 1. */
export type Look = Float32Array;

/** Undefined where the points say nothing about the face's size. */
export function lookOf(source: PixelSource, keypoints: Keypoints): Look | undefined {
  const face = cropTransform(keypoints, TEMPLATE, CELLS);
  const around = cropTransform(keypoints, TEMPLATE, AROUND_CELLS / AROUND);
  if (face === undefined || around === undefined || scaleOf(face) === 0) return undefined;
  const shift = (AROUND_CELLS - AROUND_CELLS / AROUND) / 2;
  const wider = {
    ...around,
    x0: around.x0 - shift * around.a + shift * around.b,
    y0: around.y0 - shift * around.b - shift * around.a,
  };
  const shade = unit(centred(sampleCrop(source, face, CELLS, 1).data));
  const colours = unit(histogram(sampleCrop(source, wider, AROUND_CELLS, 3).data).map(Math.sqrt));
  const look = new Float32Array(shade.length + colours.length);
  look.set(shade.map((value) => value * Math.sqrt(FACE_WEIGHT)));
  look.set(
    colours.map((value) => value * Math.sqrt(1 - FACE_WEIGHT)),
    shade.length,
  );
  return look;
}

/** -1..1. */
export function likeness(first: Look, second: Look): number {
  let sum = 0;
  for (let index = 0; index < first.length; index++) sum += first[index] * second[index];
  return sum;
}

/** The mean direction of several looks. */
export function meanLook(sum: Look): Look {
  return unit(sum);
}

/** How often each pair of red - green and blue - green occurs, whatever the light's strength. */
function histogram(pixels: Float32Array): Float32Array {
  const counts = new Float32Array(LEVELS * LEVELS);
  const level = (difference: number) => clamp(Math.floor((difference / STRONG + 1) * (LEVELS / 2)), 0, LEVELS - 1);
  for (let at = 0; at < pixels.length; at += 3) {
    const [red, green, blue] = pixels.subarray(at, at + 3);
    const sum = red + green + blue || 1;
    counts[level((3 * (red - green)) / sum) * LEVELS + level((3 * (blue - green)) / sum)]++;
  }
  return counts;
}

function centred(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return length === 0 ? values : values.map((value) => value / length);
}
