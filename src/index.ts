/** The public names of the library. Importing them has no side effect and is safe on a server; `define.js` registers the elements. */
export * from './recognizer.js';
export { registerMessages } from './messages/store.js';
export type { Messages } from './messages/areas.js';
export { QcsFer } from './components/recognise/qcs-fer/qcs-fer.js';
export { QcsControls } from './components/recognise/media-controls.js';
export { QcsExpressionTimeline } from './components/recognise/expression-timeline/expression-timeline.js';
export { QcsWhyThis } from './components/recognise/why-this/why-this.js';
export { QcsFaceOverlay } from './components/recognise/face-overlay/face-overlay.js';
export { QcsFaceReading } from './components/recognise/face-reading.js';
export { QcsProbabilityBars } from './components/recognise/probability-bars.js';
export { QcsStageConsent } from './components/recognise/stage-consent.js';
export { QcsStageFault } from './components/recognise/stage-fault/stage-fault.js';
export { QcsStageInvitation } from './components/recognise/stage-invitation.js';
export { QcsStageLoading } from './components/recognise/stage-loading.js';
export type {
  ChangeDetail,
  Consent,
  ConsentDetail,
  ErrorDetail,
  FerStatus,
  FrameDetail,
  QcsFerEventMap,
  ReadyDetail,
  ResultDetail,
  StatusDetail,
} from './components/recognise/events.js';
export type { FerSource } from './components/recognise/qcs-fer/picture.js';
export type { RecognizerProvider } from './components/recognise/qcs-fer/loan.js';
export { EXPRESSION_COLOURS, expressionColour } from './components/ui/tokens.js';
