/** The page's side of the evaluation's worker. */
import { startEvaluationWorker } from '../assets.js';
import { assetUrls } from '../assets.js';
import type { FerplusRule } from '../dataset/ferplus.js';
import { deserializeError, RuntimeError } from '../errors.js';
import type { DataSurvey, FromWorker, NamedBlob, RunOutcome, RunProgress, RunRequest, ToWorker } from './protocol.js';

type Reply = Extract<FromWorker, { readonly call: number }>;
type Request = Exclude<ToWorker, { type: 'cancel' | 'files' }>;

const FILES_A_MESSAGE = 200;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** Starts its worker at the first call. */
export class EvaluationClient {
  private worker: Worker | null = null;
  private calls = 0;
  private readonly waiting = new Map<number, Waiting>();
  private onProgress: (progress: RunProgress) => void = () => undefined;

  /** Opens a data set: the files of a folder, or one zip. Throws a TrainingError `data-empty` or `data-format`. */
  async open(files: readonly NamedBlob[], rule: FerplusRule): Promise<DataSurvey> {
    const worker = (this.worker ??= this.start());
    for (let start = 0; start < files.length; start += FILES_A_MESSAGE) {
      const part = files.slice(start, start + FILES_A_MESSAGE);
      worker.postMessage({ type: 'files', files: part } satisfies ToWorker, []);
      if (start + FILES_A_MESSAGE < files.length) await new Promise((resolve) => setTimeout(resolve));
    }
    const reply = await this.ask((call) => ({ type: 'open', call, rule }));
    if (reply.type !== 'surveyed') throw unexpected();
    return reply.survey;
  }

  /** The data set that is open, counted under another label rule. */
  async survey(rule: FerplusRule): Promise<DataSurvey> {
    const reply = await this.ask((call) => ({ type: 'survey', call, rule }));
    if (reply.type !== 'surveyed') throw unexpected();
    return reply.survey;
  }

  /**
   * Measures one or two models on the data set that is open. Null when it was cancelled.
   *
   * @throws ModelError, RuntimeError, TrainingError
   */
  async run(request: RunRequest, onProgress: (progress: RunProgress) => void): Promise<RunOutcome | null> {
    this.onProgress = onProgress;
    const { tfjsWasm, tfjsWasmSimd } = assetUrls();
    const wasm = { plain: tfjsWasm.href, simd: tfjsWasmSimd.href };
    const reply = await this.ask((call) => ({ type: 'run', call, request, wasm }));
    if (reply.type === 'cancelled') return null;
    if (reply.type !== 'finished') throw unexpected();
    return reply.outcome;
  }

  /** The encoded image of an answer; null when it is gone. */
  async image(name: string): Promise<Blob | null> {
    const reply = await this.ask((call) => ({ type: 'image', call, name }));
    if (reply.type !== 'image') throw unexpected();
    return reply.blob;
  }

  /** Ends a run; its promise gives null. */
  cancel(): void {
    this.worker?.postMessage({ type: 'cancel' } satisfies ToWorker, []);
  }

  /** Ends the worker and everything in it. A later call starts a new one, without a data set. */
  dispose(): void {
    this.worker?.terminate();
    this.worker = null;
    this.fail(new RuntimeError('disposed', 'The evaluation was ended. Open the data again.'));
  }

  private async ask(request: (call: number) => Request): Promise<Reply> {
    const worker = (this.worker ??= this.start());
    const call = ++this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(call, { resolve, reject });
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
      const reason = event.message === '' ? 'it could not be loaded' : event.message;
      this.fail(
        new RuntimeError('worker-blocked', 'The evaluation’s worker stopped. Reload the page and try again.', {
          cause: reason,
        }),
      );
    });
    return worker;
  }

  private hear(message: FromWorker): void {
    if (message.type === 'progress') {
      this.onProgress(message.progress);
      return;
    }
    const waiting = this.waiting.get(message.call);
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
    return startEvaluationWorker();
  } catch (cause) {
    throw new RuntimeError('worker-blocked', 'The browser blocks workers here. Allow them for this page and reload.', {
      cause,
    });
  }
}

function unexpected(): RuntimeError {
  return new RuntimeError('internal', 'The evaluation’s worker gave an answer to another question. Reload the page.');
}
