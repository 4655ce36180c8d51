/**
 * How much the faces of one class differ, in the eyes of a model. The unit is what mirroring a face changes in its embedding: a take below 1 shows the
 * same picture over and over, whatever model looks at it.
 */
import { median } from '../base/numbers.js';

/** A face and its mirror image, as a model sees them: embeddings of one length. */
export interface FacePair {
  readonly plain: Float32Array;
  readonly mirrored: Float32Array;
}

/** Fewer faces say nothing of how much they differ. */
const FEWEST_FACES = 4;

/** Median distance of two faces over the median distance of a face and its mirror image; null for too few faces, or where mirroring changes nothing. */
export function varietyOf(faces: readonly FacePair[]): number | null {
  if (faces.length < FEWEST_FACES) return null;
  const unit = median(faces.map(({ plain, mirrored }) => cosineDistance(plain, mirrored)));
  if (!(unit > 0)) return null;
  const distances = faces.flatMap(({ plain }, at) =>
    faces.slice(at + 1).map((other) => cosineDistance(plain, other.plain)),
  );
  return median(distances) / unit;
}

/** 0 for the same direction, 1 for perpendicular ones, 2 for opposite ones. */
export function cosineDistance(first: Float32Array, second: Float32Array): number {
  let product = 0;
  let firstSquares = 0;
  let secondSquares = 0;
  for (let at = 0; at < first.length; at++) {
    product += first[at] * second[at];
    firstSquares += first[at] ** 2;
    secondSquares += second[at] ** 2;
  }
  return 1 - product / Math.sqrt(firstSquares * secondSquares);
}
