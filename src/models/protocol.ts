/** The messages between the page and the worker that converts models. */
import type { SerializedError } from '../errors.js';
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

export type ToWorker =
  | { readonly type: 'survey'; readonly call: number; readonly name: string; readonly blob: Blob }
  | { readonly type: 'convert'; readonly call: number; readonly request: ConversionRequest }
  | { readonly type: 'import'; readonly call: number; readonly offered: ModelOffer }
  | { readonly type: 'cancel' };

export type FromWorker =
  | { readonly type: 'progress'; readonly call: number; readonly share: number }
  | { readonly type: 'surveyed'; readonly call: number; readonly survey: TensorFileSurvey }
  | { readonly type: 'converted'; readonly call: number; readonly outcome: ConversionOutcome }
  | { readonly type: 'imported'; readonly call: number; readonly model: StoredModel }
  | { readonly type: 'cancelled'; readonly call: number }
  | { readonly type: 'failed'; readonly call: number; readonly error: SerializedError };
