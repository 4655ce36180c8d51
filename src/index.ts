/** The public names of the library. Importing them has no side effect and is safe on a server; `define.js` registers the elements. */
export { createRecognizer } from './inference/createRecognizer.js';
export type {
  FrameSource,
  RecognizeOptions,
  Recognizer,
  RecognizerOptions,
  RecognizerStats,
} from './inference/recognizer.js';
export type {
  BackendName,
  BackendPreference,
  Box,
  FaceObservation,
  FrameObservation,
  Keypoints,
  LoadProgress,
  ModelSummary,
  Point,
  RecognizeMode,
  Timing,
} from './inference/observation.js';
export { CaptureError, ModelError, QcsError, RuntimeError, TrainingError } from './errors.js';
export type { QcsErrorCode } from './errors.js';
export { CLASS_ORDERS, displayName, EXPRESSIONS, isExpression } from './expressions.js';
export type { ClassOrder, Expression } from './expressions.js';
export { QcsFer } from './components/qcs-fer.js';
export { QcsControls } from './components/media-controls.js';
export { QcsExpressionTimeline } from './components/expression-timeline.js';
export { QcsFaceOverlay } from './components/face-overlay.js';
export { QcsFaceReading } from './components/face-reading.js';
export { QcsProbabilityBars } from './components/probability-bars.js';
export { QcsStageFault } from './components/stage-fault.js';
export { QcsStageInvitation } from './components/stage-invitation.js';
export { QcsStageLoading } from './components/stage-loading.js';
export type {
  ChangeDetail,
  ErrorDetail,
  FerStatus,
  QcsFerEventMap,
  ReadyDetail,
  ResultDetail,
  StatusDetail,
} from './components/events.js';
export type { FerSource } from './components/picture.js';
export type { RecognizerProvider } from './components/recognition-session.js';
export { EXPRESSION_COLOURS, expressionColour } from './components/tokens.js';
