/** The recogniser and the names around it, without the elements. Importing it has no side effect. */
export { configure } from './assets.js';
export type { Configuration } from './assets.js';
export { createRecognizer } from './inference/createRecognizer.js';
export type { FrameSource, RecognizeOptions, Recognizer, RecognizerOptions } from './inference/recognizer.js';
export type {
  BackendName,
  BackendPreference,
  Box,
  ConditionFlag,
  FaceConditions,
  FaceObservation,
  FaceReading,
  FrameObservation,
  Keypoints,
  LoadProgress,
  ModelSummary,
  Point,
  Prior,
  RecognizeMode,
  Timing,
} from './inference/observation.js';
export { CaptureError, ModelError, QcsError, RuntimeError, TrainingError } from './errors.js';
export type { QcsErrorCode } from './errors.js';
export { CLASS_ORDERS, displayName, EXPRESSIONS, isExpression } from './expressions.js';
export type { ClassOrder, Expression } from './expressions.js';
