/** From detected points to the place of the crop in the picture (design: least squares over eyes, nose and mouth). */
import type { AlignmentTemplate } from '../weights/manifest.js';
import type { Keypoints, Point } from './geometry.js';

/** `x' = a x - b y + x0`, `y' = b x + a y + y0`: rotation, scale and shift, never a reflection. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly x0: number;
  readonly y0: number;
}

/**
 * The similarity that brings `from` closest to `to` in the sum of squared distances (Umeyama 1991; in the plane the solution without
 * reflection has this closed form). Undefined when all points of `from` coincide.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity | undefined {
  const source = mean(from);
  const target = mean(to);
  let spread = 0;
  let along = 0;
  let across = 0;
  from.forEach((point, index) => {
    const x = point.x - source.x;
    const y = point.y - source.y;
    const u = to[index].x - target.x;
    const v = to[index].y - target.y;
    spread += x * x + y * y;
    along += x * u + y * v;
    across += x * v - y * u;
  });
  if (spread < Number.EPSILON) return undefined;
  const a = along / spread;
  const b = across / spread;
  if (a === 0 && b === 0) return undefined;
  return { a, b, x0: target.x - a * source.x + b * source.y, y0: target.y - b * source.x - a * source.y };
}

export function applySimilarity({ a, b, x0, y0 }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + x0, y: b * x + a * y + y0 };
}

export function invertSimilarity({ a, b, x0, y0 }: Similarity): Similarity {
  const square = a * a + b * b;
  return { a: a / square, b: -b / square, x0: -(a * x0 + b * y0) / square, y0: (b * x0 - a * y0) / square };
}

/** Pixels of the target that one pixel of the source becomes. */
export function scaleOf({ a, b }: Similarity): number {
  return Math.hypot(a, b);
}

/**
 * From crop coordinates (0..`side` on both axes) to the picture's, for the crop whose eyes, nose and mouth fit the template best.
 * Undefined when the points coincide and say nothing about the face's size.
 */
export function cropTransform(keypoints: Keypoints, template: AlignmentTemplate, side: number): Similarity | undefined {
  const names = ['rightEye', 'leftEye', 'nose', 'mouth'] as const;
  const picture = names.map((name) => keypoints[name]);
  const crop = names.map((name) => ({ x: template[name][0] * side, y: template[name][1] * side }));
  const toCrop = fitSimilarity(picture, crop);
  return toCrop === undefined ? undefined : invertSimilarity(toCrop);
}

function mean(points: readonly Point[]): Point {
  const sum = points.reduce((total, point) => ({ x: total.x + point.x, y: total.y + point.y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
