/** Where an engine runs: a worker (workerHost.ts) or the page itself (pageHost.ts). */
import type { QcsError } from '../errors.js';
import type { Explanation } from '../reading/explanation/explanation.js';
import type { BackendState } from './cropClassifier.js';
import type { FrameRequest } from './engineTypes.js';
import type { ExplainRequest } from './explainRequest.js';
import type { FrameObservation, ModelSummary } from './observation.js';

export interface EngineHost {
  readonly inWorker: boolean;
  readonly backend: BackendState;
  readonly model: ModelSummary;
  /** Takes the frame over and closes it. */
  recognize(
    frame: ImageBitmap,
    request: FrameRequest,
    onPartial?: (observation: FrameObservation) => void,
  ): Promise<FrameObservation>;
  /** Takes the frame over and closes it. */
  explain(frame: ImageBitmap, request: ExplainRequest): Promise<Explanation>;
  forget(stream: string): void;
  onLost(listener: (error: QcsError | null) => void): () => void;
  dispose(): Promise<void>;
}
