/** Where the parts of a face lie in an aligned crop: the model's template says where eyes, nose and mouth are, and the rest stands beside them. */
import type { AlignmentTemplate } from '../../weights/manifest.js';
import { PATCHES, PATCHES_A_SIDE } from './occlusion.js';

/** Left and right are the person's own. `edge` is hair, neck, background: what surrounds the face. */
export const FACE_REGIONS = [
  'mouth',
  'nose',
  'rightEye',
  'leftEye',
  'rightBrow',
  'leftBrow',
  'rightCheek',
  'leftCheek',
  'chin',
  'forehead',
  'edge',
] as const;
export type FaceRegion = (typeof FACE_REGIONS)[number];

/** A rectangle in parts of the crop's side. */
interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Places counted a side of each patch. */
const PLACES = 8;

/** For each patch, row by row, which part of it belongs to which region; the parts of a patch sum to 1. */
export function patchRegions(template: AlignmentTemplate): readonly ReadonlyMap<FaceRegion, number>[] {
  const areas = faceAreas(template);
  const regionAt = (x: number, y: number): FaceRegion =>
    areas.find(([, { left, right, top, bottom }]) => x >= left && x < right && y >= top && y < bottom)?.[0] ?? 'edge';
  return Array.from({ length: PATCHES }, (_, patch) => {
    const column = patch % PATCHES_A_SIDE;
    const row = (patch - column) / PATCHES_A_SIDE;
    const parts = new Map<FaceRegion, number>();
    for (let place = 0; place < PLACES ** 2; place++) {
      const x = (column + ((place % PLACES) + 0.5) / PLACES) / PATCHES_A_SIDE;
      const y = (row + (Math.floor(place / PLACES) + 0.5) / PLACES) / PATCHES_A_SIDE;
      const region = regionAt(x, y);
      parts.set(region, (parts.get(region) ?? 0) + 1 / PLACES ** 2);
    }
    return parts;
  });
}

/** Where two overlap, the first counts. Proportions are those of a frontal face, in distances between the eyes and from eyes to mouth. */
function faceAreas({ rightEye, leftEye, nose, mouth }: AlignmentTemplate): readonly (readonly [FaceRegion, Area])[] {
  const apart = leftEye[0] - rightEye[0];
  const eyes = { x: (rightEye[0] + leftEye[0]) / 2, y: (rightEye[1] + leftEye[1]) / 2 };
  const down = mouth[1] - eyes.y;
  const around = (x: number, y: number, width: number, height: number): Area => ({
    left: x - width / 2,
    right: x + width / 2,
    top: y - height / 2,
    bottom: y + height / 2,
  });
  const eye = ([x, y]: readonly [number, number]) => around(x, y, 0.7 * apart, 0.36 * down);
  const brow = ([x, y]: readonly [number, number]) => around(x, y - 0.36 * down, 0.9 * apart, 0.36 * down);
  const top = eyes.y - 0.54 * down;
  const bottom = mouth[1] + 0.26 * down;
  const outside = 0.92 * apart;
  return [
    ['mouth', around(mouth[0], mouth[1], 1.15 * apart, 0.52 * down)],
    ['nose', { ...around(nose[0], nose[1], 0.6 * apart, 0), top: eyes.y, bottom: mouth[1] - 0.26 * down }],
    ['rightEye', eye(rightEye)],
    ['leftEye', eye(leftEye)],
    ['rightBrow', brow(rightEye)],
    ['leftBrow', brow(leftEye)],
    ['rightCheek', { left: eyes.x - outside, right: eyes.x, top: eyes.y, bottom }],
    ['leftCheek', { left: eyes.x, right: eyes.x + outside, top: eyes.y, bottom }],
    ['chin', { ...around(mouth[0], 0, 1.15 * apart, 0), top: bottom, bottom: 1 }],
    ['forehead', { ...around(eyes.x, 0, 1.6 * apart, 0), top: 0, bottom: top }],
  ];
}
