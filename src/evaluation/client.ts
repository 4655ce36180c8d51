/** The page's side of the evaluation's worker. */
import { assetUrls, startEvaluationWorker } from '../assets.js';
import type { FerplusRule } from '../dataset/ferplus.js';
import { unexpectedReply, WorkerCalls } from '../worker/workerCalls.js';
import type { DataSurvey, FromWorker, RunOutcome, RunProgress, RunRequest, ToWorker } from './protocol.js';
import type { NamedBlob } from '../storage/namedFiles.js';

const FILES_A_MESSAGE = 200;

/** Starts its worker at the first call. */
export class EvaluationClient {
  private onProgress: (progress: RunProgress) => void = () => undefined;
  private readonly calls = new WorkerCalls<ToWorker, FromWorker>({
    start: startEvaluationWorker,
    name: 'The evaluation’s worker',
    onNews: ({ progress }) => this.onProgress(progress),
  });

  /** Opens a data set: the files of a folder, or one zip. Throws a TrainingError `data-empty` or `data-format`. */
  async open(files: readonly NamedBlob[], rule: FerplusRule): Promise<DataSurvey> {
    for (let start = 0; start < files.length; start += FILES_A_MESSAGE) {
      const part = files.slice(start, start + FILES_A_MESSAGE);
      this.calls.tell({ type: 'files', files: part });
      if (start + FILES_A_MESSAGE < files.length) await new Promise((resolve) => setTimeout(resolve));
    }
    const reply = await this.calls.ask((call) => ({ type: 'open', call, rule }));
    if (reply.type !== 'surveyed') throw unexpectedReply();
    return reply.survey;
  }

  /** The data set that is open, counted under another label rule. */
  async survey(rule: FerplusRule): Promise<DataSurvey> {
    const reply = await this.calls.ask((call) => ({ type: 'survey', call, rule }));
    if (reply.type !== 'surveyed') throw unexpectedReply();
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
    const reply = await this.calls.ask((call) => ({ type: 'run', call, request, wasm }));
    if (reply.type === 'cancelled') return null;
    if (reply.type !== 'finished') throw unexpectedReply();
    return reply.outcome;
  }

  /** The encoded image of an answer; null when it is gone. */
  async image(name: string): Promise<Blob | null> {
    const reply = await this.calls.ask((call) => ({ type: 'image', call, name }));
    if (reply.type !== 'image') throw unexpectedReply();
    return reply.blob;
  }

  /** Ends a run; its promise gives null. */
  cancel(): void {
    this.calls.tellRunning({ type: 'cancel' });
  }

  /** Ends the worker and everything in it. A later call starts a new one, without a data set. */
  dispose(): void {
    this.calls.dispose('The evaluation was ended. Open the data again.');
  }
}
