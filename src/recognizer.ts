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
export type { ExplainedFace, ExplainOptions } from './inference/explainRequest.js';
export type { Explanation, PatchEffect, RegionEffect } from './reading/explanation/explanation.js';
export type { FaceRegion } from './reading/explanation/regions.js';
export { analyseVideo } from './analysis/analyseVideo.js';
export type { AnalyseOptions, AnalysisProgress } from './analysis/analyseVideo.js';
export type { AnalysedPerson, Analysis, AnalysisRow, Gap } from './analysis/analysis.js';
export { formatSession } from './report/formats/index.js';
export type { TextFormatName } from './report/formats/index.js';
export { newSession } from './report/session.js';
export type { FacePicture, Marker, Session } from './report/session.js';
export { CaptureError, ModelError, QcsError, RuntimeError, TrainingError } from './errors.js';
export type { QcsErrorCode } from './errors.js';
export { CLASS_ORDERS, displayName, EXPRESSIONS, isExpression } from './expressions.js';
export type { ClassOrder, Expression } from './expressions.js';
