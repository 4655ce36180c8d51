/** What the page asks of the recogniser's worker. */
import type { QcsError } from '../errors.js';
import type { Explanation } from '../reading/explanation/explanation.js';
import type { BackendState } from './cropClassifier.js';
import type { EngineConfig, FrameRequest } from './engineTypes.js';
import type { ExplainRequest } from './explainRequest.js';
import type { FileNews } from '../weights/earlyFiles.js';
import type { ThreadApi } from './threads/thread.js';
import type { FrameObservation, LoadProgress, ModelSummary } from './observation.js';

export interface RecognizerApi extends ThreadApi {
  /**
   * Starts the engine: once, before all else.
   * @param coming files that the page fetches: it says what becomes of each by `hear`
   * @param onLost told that the GPU was lost, and with null that recognition runs once more; and on which backend
   * @throws as `createBrowserEngine`; RuntimeError `worker-blocked` where workers lack what MediaPipe needs
   */
  readonly start: (
    config: EngineConfig,
    onProgress: (progress: LoadProgress) => void,
    onLost: (error: QcsError | null, backend: BackendState) => void,
    coming?: readonly URL[],
  ) => Promise<{ readonly backend: BackendState; readonly model: ModelSummary }>;
  readonly hear: (url: URL, news: FileNews) => Promise<void>;
  /** Closes the frame. */
  readonly recognize: (
    frame: ImageBitmap,
    request: FrameRequest,
    onPartial?: (observation: FrameObservation) => void,
  ) => Promise<FrameObservation>;
  /** Closes the frame. */
  readonly explain: (frame: ImageBitmap, request: ExplainRequest) => Promise<Explanation>;
  readonly forget: (stream: string) => Promise<void>;
  /** What TensorFlow.js holds. Nobody but tests asks: they look for leaks. */
  readonly memory: () => Promise<{ readonly tensors: number; readonly bytes: number }>;
}
