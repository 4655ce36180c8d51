/** The page's side of the worker that converts models. */
import { startModelsWorker } from '../assets.js';
import { deserializeError, RuntimeError } from '../errors.js';
import type { StoredModel } from './modelStore.js';
import type { ModelOffer } from './offeredFiles.js';
import type { ConversionOutcome, ConversionRequest, FromWorker, TensorFileSurvey, ToWorker } from './protocol.js';

type Reply = Exclude<FromWorker, { type: 'progress' }>;
type Request = Exclude<ToWorker, { type: 'cancel' }>;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: (share: number) => void;
}

/** Starts its worker at the first call. */
export class ModelConverter {
  private worker: Worker | null = null;
  private calls = 0;
  private readonly waiting = new Map<number, Waiting>();

  /** What a checkpoint or safetensors file is. @throws ModelError. */
  async survey(name: string, blob: Blob): Promise<TensorFileSurvey> {
    const reply = await this.ask((call) => ({ type: 'survey', call, name, blob }));
    if (reply.type !== 'surveyed') throw unexpected();
    return reply.survey;
  }

  /**
   * Converts a file and keeps the model in the browser. Null when it was cancelled.
   * @param onProgress with the share done, 0..1
   * @throws ModelError; RuntimeError `storage-full`, `storage-refused`, `out-of-memory`
   */
  async convert(request: ConversionRequest, onProgress: (share: number) => void): Promise<ConversionOutcome | null> {
    const reply = await this.ask((call) => ({ type: 'convert', call, request }), onProgress);
    if (reply.type === 'cancelled') return null;
    if (reply.type !== 'converted') throw unexpected();
    return reply.outcome;
  }

  /** Keeps a model that comes with its manifest in the browser. Throws as {@link convert}. */
  async import(offered: ModelOffer): Promise<StoredModel> {
    const reply = await this.ask((call) => ({ type: 'import', call, offered }));
    if (reply.type !== 'imported') throw unexpected();
    return reply.model;
  }

  /** Ends a conversion; its promise gives null. */
  cancel(): void {
    this.worker?.postMessage({ type: 'cancel' } satisfies ToWorker, []);
  }

  /** Ends the worker. A later call starts a new one. */
  dispose(): void {
    this.worker?.terminate();
    this.worker = null;
    this.fail(new RuntimeError('disposed', 'The conversion was ended. Start it again.'));
  }

  private ask(
    request: (call: number) => Request,
    onProgress: (share: number) => void = () => undefined,
  ): Promise<Reply> {
    const worker = (this.worker ??= this.start());
    const call = ++this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(call, { resolve, reject, onProgress });
      worker.postMessage(request(call), []);
    });
  }

  private start(): Worker {
    const worker = startWorker();
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.hear(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.worker?.terminate();
      this.worker = null;
      const cause = event.message === '' ? 'it could not be loaded' : event.message;
      this.fail(
        new RuntimeError('worker-blocked', 'The worker that converts models stopped. Reload the page and try again.', {
          cause,
        }),
      );
    });
    return worker;
  }

  private hear(message: FromWorker): void {
    const waiting = this.waiting.get(message.call);
    if (message.type === 'progress') {
      waiting?.onProgress(message.share);
      return;
    }
    this.waiting.delete(message.call);
    if (message.type === 'failed') waiting?.reject(deserializeError(message.error));
    else waiting?.resolve(message);
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

function startWorker(): Worker {
  try {
    return startModelsWorker();
  } catch (cause) {
    throw new RuntimeError('worker-blocked', 'The browser blocks workers here. Allow them for this page and reload.', {
      cause,
    });
  }
}

function unexpected(): RuntimeError {
  return new RuntimeError('internal', 'The worker gave an answer to another question. Reload the page.');
}
