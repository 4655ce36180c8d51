/** One face, seen by the detector and by the landmarker. */
import type { Keypoints } from '../../src/faces/geometry.js';

export interface Sighting {
  /** Pixels. */
  readonly keypoints: Keypoints;
  readonly width: number;
  readonly height: number;
  /** Degrees, by the landmarker's transformation matrix: positive to the person's left, upwards, and clockwise in the picture. */
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}
