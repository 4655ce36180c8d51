/**
 * Where a head points, from the detector's six points alone. Yaw and pitch are straight lines through the angles of MediaPipe's face landmarker on 3,449 FERPlus
 * validation faces (`npm run bench -- pose` measures the error); beyond about 30 degrees both say too little rather than too much.
 */
import type { Keypoints, Point } from '../faces/geometry.js';

/** Degrees. */
export interface Pose {
  /** Clockwise in the picture is positive. */
  readonly roll: number;
  /** To the person's left is positive. */
  readonly yaw: number;
  /** Upwards is positive. */
  readonly pitch: number;
}

/** Degrees for every part of the face's size that the nose lies beside the middle of the ears, and the rest. */
const YAW = { slope: 42.5, offset: -0.4 };
/** Degrees for the nose's share of the way from the eyes down to the mouth: the lower, the more the head looks down. */
const PITCH = { slope: -88.6, offset: 40.8 };
const LARGEST = 90;

/** Angles of 0 where the points coincide. */
export function poseOf({ rightEye, leftEye, nose, mouth, rightEar, leftEar }: Keypoints): Pose {
  const along = { x: leftEye.x - rightEye.x, y: leftEye.y - rightEye.y };
  const distance = Math.hypot(along.x, along.y);
  if (distance === 0) return { roll: 0, yaw: 0, pitch: 0 };
  const eyes = middle(rightEye, leftEye);
  /** Place beside and below the middle of the eyes, along the line through them, px. */
  const place = ({ x, y }: Point) => ({
    beside: ((x - eyes.x) * along.x + (y - eyes.y) * along.y) / distance,
    below: ((y - eyes.y) * along.x - (x - eyes.x) * along.y) / distance,
  });
  const ears = place(middle(rightEar, leftEar));
  const tip = place(nose);
  const { below } = place(mouth);
  const yaw = YAW.slope * ((tip.beside - ears.beside) / Math.hypot(distance, below)) + YAW.offset;
  const pitch = below > 0 ? PITCH.slope * (tip.below / below) + PITCH.offset : 0;
  return {
    roll: (Math.atan2(along.y, along.x) * 180) / Math.PI,
    yaw: limited(yaw),
    pitch: limited(pitch),
  };
}

function middle(first: Point, second: Point): Point {
  return { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2 };
}

function limited(angle: number): number {
  return Math.min(Math.max(angle, -LARGEST), LARGEST);
}
