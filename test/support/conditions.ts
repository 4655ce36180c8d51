/** Conditions of a clear face, as recognition gives them. */
import type { FaceConditions } from '../../src/inference/observation.js';

export const CLEAR_CONDITIONS: FaceConditions = {
  brightness: 0.5,
  contrast: 0.2,
  sharpness: -0.4,
  grain: -1.7,
  flat: 0.13,
  roll: 0,
  yaw: 0,
  pitch: 0,
  size: 150,
  inside: 1,
  flags: [],
};
