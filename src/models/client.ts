/** The page's side of the worker that converts models. */
import { startModelsWorker } from '../assets.js';
import { unexpectedReply, WorkerCalls } from '../worker/workerCalls.js';
import type { StoredModel } from './modelStore.js';
import type { ModelOffer } from './offeredFiles.js';
import type { ConversionOutcome, ConversionRequest, FromWorker, TensorFileSurvey, ToWorker } from './protocol.js';

/** Converts one file at a time. Starts its worker at the first call. */
export class ModelConverter {
  private onProgress: (share: number) => void = () => undefined;
  private readonly calls = new WorkerCalls<ToWorker, FromWorker>({
    start: startModelsWorker,
    name: 'The worker that converts models',
    onNews: ({ share }) => this.onProgress(share),
  });

  /** What a checkpoint or safetensors file is. @throws ModelError. */
  async survey(name: string, blob: Blob): Promise<TensorFileSurvey> {
    const reply = await this.calls.ask((call) => ({ type: 'survey', call, name, blob }));
    if (reply.type !== 'surveyed') throw unexpectedReply();
    return reply.survey;
  }

  /**
   * Converts a file and keeps the model in the browser. Null when it was cancelled.
   * @param onProgress with the share done, 0..1
   * @throws ModelError; RuntimeError `storage-full`, `storage-refused`, `out-of-memory`
   */
  async convert(request: ConversionRequest, onProgress: (share: number) => void): Promise<ConversionOutcome | null> {
    this.onProgress = onProgress;
    const reply = await this.calls.ask((call) => ({ type: 'convert', call, request }));
    if (reply.type === 'cancelled') return null;
    if (reply.type !== 'converted') throw unexpectedReply();
    return reply.outcome;
  }

  /** Keeps a model that comes with its manifest in the browser. Throws as {@link convert}. */
  async import(offered: ModelOffer): Promise<StoredModel> {
    const reply = await this.calls.ask((call) => ({ type: 'import', call, offered }));
    if (reply.type !== 'imported') throw unexpectedReply();
    return reply.model;
  }

  /** Ends a conversion; its promise gives null. */
  cancel(): void {
    this.calls.tellRunning({ type: 'cancel' });
  }

  /** Ends the worker. A later call starts a new one. */
  dispose(): void {
    this.calls.dispose('The conversion was ended. Start it again.');
  }
}
