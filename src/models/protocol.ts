/** What the page asks of the worker that converts models. */
import type { CheckpointAnswers, OpenQuestions } from '../weights/presets.js';
import type { ModelOffer } from './offeredFiles.js';
import type { StoredModel } from './modelStore.js';

/** What a file of tensors tells about itself, and what has to be asked. */
export interface TensorFileSurvey extends OpenQuestions {
  readonly name: string;
  readonly bytes: number;
  /** The architecture in a line. */
  readonly architecture: string;
  /** How many outputs the classifier has. */
  readonly outputs: number;
  readonly tensors: number;
}

export interface ConversionRequest {
  readonly name: string;
  readonly blob: Blob;
  /** The new model's id. */
  readonly id: string;
  readonly answers: CheckpointAnswers;
}

export interface ConversionOutcome {
  readonly model: StoredModel;
  /** Tensors of the file that the network does not use. */
  readonly dropped: readonly string[];
  /** What was assumed, in sentences. */
  readonly notes: readonly string[];
}

/** What the worker does. */
export interface ModelsApi {
  /** What a checkpoint or safetensors file is. @throws ModelError. */
  readonly survey: (name: string, blob: Blob) => Promise<TensorFileSurvey>;
  /**
   * Converts a file and keeps the model in the browser.
   * @param onProgress with the share done, 0..1
   * @throws ModelError; RuntimeError `storage-full`, `storage-refused`, `out-of-memory`; an aborted signal rejects with its reason
   */
  readonly convert: (
    request: ConversionRequest,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ) => Promise<ConversionOutcome>;
  /** Keeps a model that comes with its manifest in the browser. Throws as {@link convert}. */
  readonly import: (offered: ModelOffer) => Promise<StoredModel>;
}
