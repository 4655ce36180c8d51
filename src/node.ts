/** The recogniser for Node. The page's stands in `index.ts`. */
export { createRecognizer } from './node/recognizer.js';
export type { NodeRecognizer, NodeRecognizerOptions, NodeSource, PictureResult } from './node/recognizer.js';
export type { ExplainedFace, ExplainOptions } from './inference/explainRequest.js';
export type { RecognizeOptions, StillOptions } from './inference/recognizer.js';
export type {
  BackendName,
  Box,
  FaceObservation,
  FrameObservation,
  Keypoints,
  ModelSummary,
  Point,
  RecognizeMode,
  Timing,
} from './inference/observation.js';
export type { Explanation, PatchEffect, RegionEffect } from './reading/explanation/explanation.js';
export type { FaceRegion } from './reading/explanation/regions.js';
export type { PixelImage } from './faces/image.js';
export { CaptureError, ModelError, QcsError, RuntimeError, TrainingError } from './errors.js';
export type { QcsErrorCode } from './errors.js';
