/** The events of `<qcs-fer>` and its parts. All are CustomEvents with a `detail`; those of `<qcs-fer>` bubble and are composed. */
import type { BackendName, FaceObservation, FrameObservation, ModelSummary } from '../../inference/observation.js';
import type { QcsError } from '../../errors.js';

/**
 * Where `<qcs-fer>` stands: `ready` has a model and no live picture, `running` looks at a live one, `suspended` has one and rests because
 * nobody can see the element, or because its camera gives no pictures.
 */
export type FerStatus = 'idle' | 'loading' | 'ready' | 'running' | 'paused' | 'suspended' | 'error';

/** Detail of `qcs-ready`. */
export interface ReadyDetail {
  /** What computes. */
  readonly backend: BackendName;
  /** Why this backend runs, in a sentence for people. */
  readonly backendReason: string;
  /** The model in use. */
  readonly model: ModelSummary;
}

/** Detail of `qcs-frame`. */
export interface FrameDetail {
  /** That of the observation that follows. */
  readonly timestamp: number;
  /** Shows the frame while the event lasts. */
  readonly video: HTMLVideoElement;
}

/** Detail of `qcs-result`. */
export interface ResultDetail {
  readonly observation: FrameObservation;
}

/** Detail of `qcs-change`. */
export interface ChangeDetail {
  /** The face, with its new label. */
  readonly face: FaceObservation;
  /** The stable label before; undefined for a face that is new. */
  readonly from: string | undefined;
  /** The stable label now. */
  readonly to: string;
}

/** Detail of `qcs-error`. */
export interface ErrorDetail {
  readonly error: QcsError;
}

/** Detail of `qcs-status`. */
export interface StatusDetail {
  readonly status: FerStatus;
}

/** Whether a person must be asked before the camera: not at all, yes, or they have agreed. */
export type Consent = '' | 'required' | 'given';

/** Detail of `qcs-consent`. */
export interface ConsentDetail {
  /** Whether the person agreed. The element forgets it with the page: keep it, and set `consent="given"` the next time. */
  readonly given: boolean;
}

/** Every event of `<qcs-fer>` by name. */
export interface QcsFerEventMap {
  'qcs-ready': CustomEvent<ReadyDetail>;
  'qcs-frame': CustomEvent<FrameDetail>;
  'qcs-result': CustomEvent<ResultDetail>;
  'qcs-partial': CustomEvent<ResultDetail>;
  'qcs-change': CustomEvent<ChangeDetail>;
  'qcs-error': CustomEvent<ErrorDetail>;
  'qcs-status': CustomEvent<StatusDetail>;
  'qcs-consent': CustomEvent<ConsentDetail>;
}

declare global {
  interface GlobalEventHandlersEventMap extends QcsFerEventMap {
    'qcs-ready': CustomEvent<ReadyDetail>;
  }
}
