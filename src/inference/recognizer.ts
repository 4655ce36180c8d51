/**
 * The recogniser as the page sees it. `createRecognizer` runs it in a worker where it can (see workerHost.ts), else in the
 * page (see pageHost.ts).
 */
import type {
  BackendName,
  BackendPreference,
  DetectionPreference,
  FrameObservation,
  LoadProgress,
  ModelSummary,
  RecognizeMode,
} from './observation.js';
import type { QcsError } from '../errors.js';
import type { Explanation } from '../reading/explanation/explanation.js';
import type { Prior } from '../reading/prior.js';
import type { ExplainedFace, ExplainOptions } from './explainRequest.js';

/** Anything a frame can be taken from. */
export type FrameSource =
  HTMLVideoElement | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas | ImageBitmap | ImageData | Blob;

export interface RecognizerOptions {
  /** URL of a manifest; the shipped model when left out. */
  readonly model?: string | URL;
  /** Default `auto`. */
  readonly backend?: BackendPreference;
  /** Default `kernels`. */
  readonly detector?: DetectionPreference;
  /** Loads the part of the model that reads muscles, too, and gives every face its `muscles`; `model-missing` where the model has none, as the shipped one. Default false. */
  readonly muscles?: boolean;
  /** Called while detector and model are loaded. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** False runs everything in the page; by default a worker is used where the browser has them. */
  readonly worker?: boolean;
  /** Aborting it ends the loading: requests, worker and all. A recogniser that is ready is ended by its `dispose` alone. */
  readonly signal?: AbortSignal;
}

export interface RecognizeOptions {
  /** Default: `live` for video elements, else `still`; in Node always `still`. */
  readonly mode?: RecognizeMode;
  /** At most this many faces, the largest first. Default: 4 live, all in a still picture. */
  readonly maxFaces?: number;
  /**
   * At most this many frames of a stream are read in a second. A call that comes sooner waits until its time and takes its frame then; it gives way to a newer
   * one, whose observation it gets. Default: every call is read as soon as can be. Live only.
   */
  readonly maxFps?: number;
  /** Time constant of the smoothing in milliseconds, 0 for none. Default 300. Live only. */
  readonly smoothing?: number;
  /** `balanced` calls rare expressions sooner; the card says at what price. Default `trained`; the same for models without a balance. */
  readonly prior?: Prior;
  /** Time of the frame in milliseconds; `performance.now()` when left out. */
  readonly timestamp?: number;
  /** Separates the tracks of several live sources that share one recogniser. */
  readonly stream?: string;
  /** Given what was read of a still picture's large faces, before its small ones are searched; the result has them all. */
  readonly onPartial?: (observation: FrameObservation) => void;
}

/** What can be asked of a picture that stands alone. */
export type StillOptions = Pick<RecognizeOptions, 'maxFaces' | 'prior'>;

export interface Recognizer {
  /** What computes. */
  readonly backend: BackendName;
  /** Why this backend runs, in a sentence for people. */
  readonly backendReason: string;
  /** The model in use. */
  readonly model: ModelSummary;
  /** True when the work is done in a worker. */
  readonly inWorker: boolean;
  /**
   * Every face of a picture, the largest first. A live call whose frame was overtaken by a newer one of its stream resolves with the newer
   * one's observation.
   * @throws CaptureError for a source that cannot be read; RuntimeError `disposed`, `device-lost`, `detector-failed`, `internal`
   */
  recognize(source: FrameSource, options?: RecognizeOptions): Promise<FrameObservation>;
  /**
   * Why a face was read as it was: the face is read again with each of 49 patches hidden, 51 or 52 forwards of the network in all.
   *
   * ```ts
   * import { createRecognizer } from 'qcs-fer';
   * const recognizer = await createRecognizer();
   * const photo = document.querySelector('img')!;
   * const { faces } = await recognizer.recognize(photo);
   * const { carriedBy, probability, probabilityWithout } = await recognizer.explain(faces[0], photo);
   * carriedBy; // ['mouth', 'leftCheek']
   * ```
   * @param face from an observation of this very picture
   * @param source the picture; for a moving one a frame that was kept, not the video that has gone on
   * @throws as `recognize`; RuntimeError `option-invalid` for a class that the model does not have, or a face without size
   */
  explain(face: ExplainedFace, source: FrameSource, options?: ExplainOptions): Promise<Explanation>;
  /** Forgets the tracks of a live source. */
  forget(stream?: string): void;
  /** Called when the GPU was lost and again when recognition runs once more (null), perhaps on another backend. */
  onLost(listener: (error: QcsError | null) => void): () => void;
  /** Frees detector, model and backend, with their worker. Calls that still wait are rejected with `disposed`. */
  dispose(): Promise<void>;
}
