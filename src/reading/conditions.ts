/** The conditions under which a face was read, and which of them keep it from being read. */
import type { Keypoints } from '../faces/geometry.js';
import { cropTransform, applySimilarity, scaleOf } from '../faces/alignment.js';
import type { InputSpec, LimitsSpec, ReadingSpec } from '../weights/manifest.js';
import { faultsOf, type Fault } from './doubt.js';
import type { CropMeasures } from './measures.js';
import { poseOf, type Pose } from './pose.js';

/** Why a face is not clear. Smooth crops are called `blurred`, faint ones `dark` or `bright` by what they are. */
export type ConditionFlag = 'blurred' | 'noisy' | 'covered' | 'dark' | 'bright' | 'small' | 'turned' | 'cut';

/** Measured on the crop and on the detector's points; angles in degrees. */
export interface FaceConditions extends CropMeasures, Pose {
  /** Side of the crop's square in the picture, px. */
  readonly size: number;
  /** Share of the crop's lower half, nose to chin, that lies inside the picture, 0..1: a face that lacks its brow or an ear can be read. */
  readonly inside: number;
  /** What keeps the face from being read, the gravest first; empty for a clear face and for a model that does not know its limits. */
  readonly flags: readonly ConditionFlag[];
}

export type ConditionValues = Omit<FaceConditions, 'flags'>;

/** The share inside is counted at this many places a side of the crop. */
const PLACES = 16;
const MIDDLE_BRIGHTNESS = 0.5;

/** @param picture its size in pixels, in which the points lie too */
export function conditionValues(
  measures: CropMeasures,
  keypoints: Keypoints,
  picture: { readonly width: number; readonly height: number },
  { template, resizeTo, centreCrop }: InputSpec,
): ConditionValues {
  const transform = cropTransform(keypoints, template, resizeTo);
  if (transform === undefined) return { ...measures, ...poseOf(keypoints), size: 0, inside: 0 };
  const border = (resizeTo - centreCrop) / 2;
  let inside = 0;
  for (let row = PLACES / 2; row < PLACES; row++) {
    for (let column = 0; column < PLACES; column++) {
      const { x, y } = applySimilarity(transform, {
        x: border + ((column + 0.5) / PLACES) * centreCrop,
        y: border + ((row + 0.5) / PLACES) * centreCrop,
      });
      if (x >= 0 && y >= 0 && x < picture.width && y < picture.height) inside++;
    }
  }
  return {
    ...measures,
    ...poseOf(keypoints),
    size: scaleOf(transform) * centreCrop,
    inside: (2 * inside) / PLACES ** 2,
  };
}

/** Between two conditions of one face, `weight` of the way from the old to the new. */
export function mixConditions(old: ConditionValues, fresh: ConditionValues, weight: number): ConditionValues {
  const mix = (key: keyof ConditionValues) => old[key] + weight * (fresh[key] - old[key]);
  return {
    brightness: mix('brightness'),
    contrast: mix('contrast'),
    sharpness: mix('sharpness'),
    grain: mix('grain'),
    flat: mix('flat'),
    roll: mix('roll'),
    yaw: mix('yaw'),
    pitch: mix('pitch'),
    size: mix('size'),
    inside: mix('inside'),
  };
}

export function flagsOf(values: ConditionValues, { quality, limits }: ReadingSpec): ConditionFlag[] {
  const beyond = limits === undefined ? [] : beyondLimits(values, limits);
  const faults = quality === undefined ? [] : faultsOf(values, quality);
  return [...new Set([...beyond, ...faults.map((fault) => flagOf(fault, values))])];
}

function beyondLimits({ size, inside, yaw, pitch }: ConditionValues, limits: LimitsSpec): ConditionFlag[] {
  return [
    ...(inside < limits.inside ? ['cut' as const] : []),
    ...(Math.abs(yaw) > limits.yaw || Math.abs(pitch) > limits.pitch ? ['turned' as const] : []),
    ...(size < limits.size ? ['small' as const] : []),
  ];
}

/** What a fault of a crop is called. */
export function flagOf(fault: Fault, { brightness }: CropMeasures): ConditionFlag {
  if (fault === 'smooth') return 'blurred';
  if (fault !== 'faint') return fault;
  return brightness < MIDDLE_BRIGHTNESS ? 'dark' : 'bright';
}
