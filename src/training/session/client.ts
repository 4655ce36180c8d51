/** The page's side of the training worker. */
import { assetUrls } from '../../assets.js';
import { exactWeights, startTrainingWorker, trainingWeights } from '../../assets.training.js';
import type { Take } from '../../dataset/takes.js';
import type { ImportProgress } from '../../dataset/importImages.js';
import type { QcsError } from '../../errors.js';
import type { BackendName } from '../../gpu/preference.js';
import { absoluteUrl } from '../../worker/absoluteUrl.js';
import { handOver, nullIfAborted, progress } from '../../worker/arguments.js';
import { connect } from '../../worker/connect.js';
import type { TrainingOptions } from '../config.js';
import type { TrainingProgress } from '../progress.js';
import type { AssessmentProgress } from './assessment.js';
import type { ImportRequest, TrainingApi, TrainingAssets, TrainRequest } from './protocol.js';

export interface TrainingListeners {
  onImportProgress(progress: ImportProgress): void;
  onTrainingProgress(progress: TrainingProgress): void;
  onBackend(name: BackendName, reason: string): void;
  onRecovering(error: QcsError, attempt: number): void;
}

type Answer<Method extends keyof TrainingApi> = ReturnType<TrainingApi[Method]>;

/** One worker; it starts with the first call. */
export class TrainingClient {
  private readonly connection = connect<TrainingApi>({
    start: startTrainingWorker,
    stopped: () => 'The training’s worker stopped. Reload the page and try again.',
    disposed: 'The training was ended. Open the page again to go on.',
    prompt: ['image', 'control'],
  });
  private readonly api = this.connection.api;
  private importing = new AbortController();

  readonly shelf = this.api.shelf;
  readonly editShelf = this.api.editShelf;
  readonly edit = this.api.edit;
  readonly endCapture = this.api.endCapture;
  readonly look = this.api.look;
  readonly time = this.api.time;
  readonly runs = this.api.runs;
  readonly editRuns = this.api.editRuns;
  readonly image = this.api.image;
  readonly export = this.api.export;
  readonly model = this.api.model;
  readonly discardRun = this.api.discardRun;

  constructor(private readonly listeners: TrainingListeners) {}

  /**
   * @param model address of a manifest; the shipped model when left out
   * @param rebuild puts the copy of a damaged list of images in its place first
   */
  async open(model?: string, rebuild = false): Answer<'open'> {
    return this.api.open(trainingAssets(model), rebuild);
  }

  async import(request: ImportRequest): Answer<'import'> {
    this.importing = new AbortController();
    const report = progress((done: ImportProgress) => this.listeners.onImportProgress(done));
    return this.api.import(request, report, this.importing.signal);
  }

  /** As {@link TrainingApi.assess}, but null too when the signal was aborted. */
  async assess(
    options: TrainingOptions,
    onProgress: (progress: AssessmentProgress) => void,
    signal: AbortSignal,
  ): Answer<'assess'> {
    return nullIfAborted(this.api.assess(options, progress(onProgress), signal), signal);
  }

  /** Takes the frame over. */
  async capture(frame: ImageBitmap, label: string, take: Take): Answer<'capture'> {
    return this.api.capture(handOver(frame), label, take);
  }

  async train(request: TrainRequest): Answer<'train'> {
    const { listeners } = this;
    return this.api.train(
      request,
      (done) => listeners.onTrainingProgress(done),
      (name, reason) => listeners.onBackend(name, reason),
      (error, attempt) => listeners.onRecovering(error, attempt),
    );
  }

  control(action: Parameters<TrainingApi['control']>[0] | 'cancel-import'): void {
    if (action === 'cancel-import') this.importing.abort();
    // Where no worker runs there is nobody to tell; and what goes wrong is told to those who wait for the run.
    else if (this.connection.isRunning) this.api.control(action).catch(() => undefined);
  }

  /** Ends the worker and what it was doing; a run can be resumed from its last checkpoint. */
  dispose(): void {
    this.connection.dispose();
  }
}

function trainingAssets(model: string | undefined): TrainingAssets {
  const { manifest, detector, tfjsWasm, tfjsWasmSimd, kernelsRelaxed, kernelsSimd } = assetUrls();
  const own = model === undefined;
  return {
    manifest: own ? manifest : absoluteUrl(model),
    // Bundlers may give the shipped files other names.
    files: own ? { 'weights.safetensors': exactWeights(), 'training.safetensors': trainingWeights() } : {},
    detector,
    wasm: { plain: tfjsWasm, simd: tfjsWasmSimd },
    kernels: { relaxed: kernelsRelaxed, simd: kernelsSimd },
  };
}
