/** What recognition says about one frame. Boxes and keypoints are in pixels of the source; probabilities sum to 1. */

import type { Box, Keypoints } from '../faces/geometry.js';
import type { FaceConditions } from '../reading/conditions.js';
import type { MirrorUse } from '../reading/mirror.js';
import type { FaceReading } from '../reading/read.js';

export type { Box, Keypoints, Point } from '../faces/geometry.js';
export type { ConditionFlag, FaceConditions } from '../reading/conditions.js';
export type { FaceReading } from '../reading/read.js';
export type { Prior } from '../reading/prior.js';

/** One face of a frame. */
export interface FaceObservation extends FaceReading {
  /** Stable while the face is tracked, and never given to another face. */
  readonly id: number;
  /** Where the face is. */
  readonly box: Box;
  /** The detector's confidence, 0..1. */
  readonly score: number;
  /** The detector's six points. */
  readonly keypoints: Keypoints;
  /** The most probable class; in live mode the stable label, which changes with hysteresis. */
  readonly expression: string;
  /** The probability of `expression`, 0..1. */
  readonly confidence: number;
  /** By class name, in the model's order; smoothed over time in live mode. */
  readonly probabilities: Readonly<Record<string, number>>;
  /**
   * How far muscles of the face are at work, 0..1, by the blendshape names of MediaPipe's face landmarker (`mouthSmileLeft`: the person's left), whose values these
   * follow; smoothed over time in live mode. Where the recogniser was started with `muscles` alone.
   */
  readonly muscles?: Readonly<Record<string, number>>;
  /** Under which conditions the face was read; smoothed over time in live mode. */
  readonly conditions: FaceConditions;
}

/** Milliseconds a stage took. */
export interface Timing {
  /** Finding the faces. */
  readonly detect: number;
  /** Turning and cutting them out. */
  readonly align: number;
  /** The network. */
  readonly infer: number;
  /** Whether the faces were read mirrored as well (photos) or instead (every second live frame); absent where they were not. */
  readonly mirror?: MirrorUse;
  /** All of it, from the frame to the observation. */
  readonly total: number;
}

/** What was read from one frame. */
export interface FrameObservation {
  /** The largest first; empty where no face was found. */
  readonly faces: readonly FaceObservation[];
  /** What it took. */
  readonly timing: Timing;
  /** Of the source, in pixels. */
  readonly width: number;
  /** Of the source, in pixels. */
  readonly height: number;
  /** When the frame was taken: milliseconds, `performance.now()` of the page, or the media time of a video times 1000. */
  readonly timestamp: number;
}

/** `live`: fast path, tracks and smoothing. `still`: every face by tiles, large ones first; no smoothing, no state from earlier calls. */
export type RecognizeMode = 'live' | 'still';
export type { BackendName, BackendPreference } from '../gpu/preference.js';

/** What runs the face detector: our own kernels, or MediaPipe's runtime (12.4 MiB more to load), with the same weights. */
export type DetectionPreference = 'kernels' | 'mediapipe';

/** How far loading is. `loaded` and `total` are bytes where the stage downloads, else 0. */
export interface LoadProgress {
  readonly stage: 'detector' | 'model' | 'backend' | 'warm-up' | 'ready';
  readonly loaded: number;
  readonly total: number;
}

/** What the page needs to know of the model in use. */
export interface ModelSummary {
  readonly id: string;
  readonly version: string;
  readonly classes: readonly string[];
  readonly family: string;
  readonly backbone: string;
  readonly bytes: number;
}
