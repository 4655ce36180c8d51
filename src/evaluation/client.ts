/** The page's side of the evaluation's worker. */
import { startEvaluationWorker } from '../assets.evaluation.js';
import { assetUrls } from '../assets.js';
import type { FerplusRule } from '../dataset/ferplus.js';
import type { NamedBlob } from '../storage/namedFiles.js';
import { absoluteUrl } from '../worker/absoluteUrl.js';
import { nullIfAborted, progress } from '../worker/arguments.js';
import { connect } from '../worker/connect.js';
import type { DataSurvey, EvaluationApi, RunOutcome, RunProgress, RunRequest } from './protocol.js';

const FILES_A_MESSAGE = 200;

/** Starts its worker at the first call. */
export class EvaluationClient {
  private readonly connection = connect<EvaluationApi>({
    start: startEvaluationWorker,
    stopped: () => 'The evaluation’s worker stopped. Reload the page and try again.',
    disposed: 'The evaluation was ended. Open the data again.',
    prompt: ['take', 'image'],
  });
  private running = new AbortController();

  readonly survey = this.connection.api.survey;
  readonly image = this.connection.api.image;

  /** Opens a data set: the files of a folder, or one zip. Throws as {@link EvaluationApi.open}. */
  async open(files: readonly NamedBlob[], rule: FerplusRule): Promise<DataSurvey> {
    const { api } = this.connection;
    for (let start = 0; start < files.length; start += FILES_A_MESSAGE) {
      await api.take(files.slice(start, start + FILES_A_MESSAGE));
    }
    return api.open(rule);
  }

  /** As {@link EvaluationApi.run}, but null when it was cancelled. */
  async run(request: RunRequest, onProgress: (progress: RunProgress) => void): Promise<RunOutcome | null> {
    this.running = new AbortController();
    const { signal } = this.running;
    const { tfjsWasm, tfjsWasmSimd, kernelsSimd, kernelsRelaxed, detector } = assetUrls();
    const urls = {
      wasm: { plain: tfjsWasm, simd: tfjsWasmSimd },
      kernels: { simd: kernelsSimd, relaxed: kernelsRelaxed },
      detector,
    };
    const models = request.models.map((source) =>
      source.kind === 'url' ? { ...source, manifest: absoluteUrl(source.manifest) } : source,
    );
    const run = this.connection.api.run({ ...request, models }, urls, progress(onProgress), signal);
    return nullIfAborted(run, signal);
  }

  /** Ends a run; its promise gives null. */
  cancel(): void {
    this.running.abort();
  }

  /** Ends the worker and everything in it. A later call starts a new one, without a data set. */
  dispose(): void {
    this.connection.dispose();
  }
}
