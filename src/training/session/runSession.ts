/** A training run from its start to a stored model, on whatever device there is, and through the loss of it. */
import { decodeInBrowser } from '../../dataset/browserImages.js';
import type { Dataset } from '../../dataset/dataset.js';
import { CAMERA, type Split } from '../../dataset/sample.js';
import { MemoryStorage } from '../../storage/memoryStorage.js';
import { inFolder, type FileStorage } from '../../storage/storage.js';
import type { DecodeImage } from '../../dataset/importImages.js';
import { RuntimeError, TrainingError } from '../../errors.js';
import { restartBackend, startBackend, type StartedBackend } from '../../gpu/backend.js';
import type { Classifier } from '../../network/classifier.js';
import { fetchKernels, startClassifier as startOnBackend } from '../../plan/startClassifier.js';
import type { KernelUrls } from '../../plan/wasm/module.js';
import type { LoadedModel } from '../../weights/loadModel.js';
import { ModelStore } from '../../models/modelStore.js';
import { MODELS_FOLDER } from '../../weights/storedModels.js';
import { toByteFace } from '../data/augment.js';
import { readRunState } from '../checkpoint.js';
import { completeConfig, type TrainingConfig } from '../config.js';
import { exportModel, type ExportedModel } from '../exportModel.js';
import type { TrainingOutcome, TrainingProgress } from '../progress.js';
import type { RunEstimate, RunOffer, TrainingResult, TrainRequest } from './protocol.js';
import { caveats, classLabeller, type SplitSamples, type TrainingSample } from '../data/samples.js';
import { createRun, measuredSamples } from '../createRun.js';
import type { TrainingRun } from '../trainingRun.js';

export interface RunSetup {
  readonly storage: FileStorage;
  /** Null where nothing outlives the page: the model then has no address. */
  readonly modelStorage: FileStorage | null;
  readonly dataset: Dataset;
  readonly wasmUrls: { readonly plain: URL; readonly simd: URL };
  readonly kernels: KernelUrls;
  loadModel(): Promise<LoadedModel>;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly onBackend: (backend: StartedBackend) => void;
  readonly onRecovering: (error: RuntimeError, attempt: number) => void;
}

/** Losses of the device in a row, without a checkpoint in between, after which the run gives up. */
const MOST_RECOVERIES = 3;
const RUN_FOLDER = 'run';
/** Steps behind the first that tell how long all take. */
const TIMED_STEPS = 3;

interface AttemptOptions {
  readonly storage: FileStorage;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly resume?: boolean;
}

export class RunSession {
  private trainer: TrainingRun | null = null;
  private backend: StartedBackend | null = null;
  private finished: ExportedModel | null = null;
  private wantsPause = false;
  private running = false;
  private preparing = new AbortController();
  private config: TrainingConfig | null = null;

  constructor(private readonly setup: RunSetup) {}

  /** True from the start of a run, its preparation counted, to its end. */
  get isRunning(): boolean {
    return this.running;
  }

  /** A run that was interrupted, if there is one. */
  async offer(): Promise<RunOffer | null> {
    const state = await readRunState(this.runStorage);
    if (state === null) return null;
    const epoch = (state.history.at(-1)?.epoch ?? 0) + 1;
    return { config: state.config, step: state.step, epoch, seconds: state.elapsed / 1000 };
  }

  async discard(): Promise<void> {
    await this.runStorage.remove('');
  }

  pause(): void {
    this.wantsPause = true;
    this.trainer?.pause();
  }

  resume(): void {
    this.wantsPause = false;
    this.trainer?.resume();
  }

  /** Ends the run and keeps what was learned. While it is prepared (or its device replaced) {@link train} rejects; a stored run is offered again. */
  stop(): void {
    this.wantsPause = false;
    this.preparing.abort(new RuntimeError('disposed', 'The training was stopped before its first step.'));
    this.trainer?.stop();
  }

  /** The settings of the last run, those of a saved one where it went on. */
  get lastConfig(): TrainingConfig {
    if (this.config === null) throw new RuntimeError('internal', 'No run was begun yet.');
    return this.config;
  }

  /** The files of the last finished model. */
  get model(): ExportedModel {
    if (this.finished === null) throw new RuntimeError('internal', 'No model was trained yet.');
    return this.finished;
  }

  /**
   * Runs to the end. A lost device is replaced, and the run goes on from its last checkpoint.
   * @param ready what must be done first; a stop meanwhile counts
   * @throws TrainingError, ModelError, RuntimeError
   */
  async train(request: TrainRequest, ready: Promise<void> = Promise.resolve()): Promise<TrainingResult> {
    if (this.running) throw new RuntimeError('internal', 'A training is running already.');
    this.running = true;
    try {
      return await this.runToEnd(request, ready);
    } finally {
      this.running = false;
    }
  }

  /**
   * Times the first steps of a run, of which nothing is kept.
   * @throws as {@link train}; RuntimeError `internal` for a run without steps
   */
  async time(request: TrainRequest, ready: Promise<void> = Promise.resolve()): Promise<RunEstimate> {
    if (this.running) throw new RuntimeError('internal', 'A training is running already.');
    this.running = true;
    this.preparing = new AbortController();
    try {
      await ready;
      const config = completeConfig(request.options);
      const model = await this.setup.loadModel();
      const samples = await loadSamples(this.setup.dataset, config, model);
      await this.start(request);
      return await this.firstSteps(config, model, samples);
    } finally {
      this.release();
      this.running = false;
    }
  }

  private async firstSteps(config: TrainingConfig, model: LoadedModel, samples: SplitSamples): Promise<RunEstimate> {
    const ends: number[] = [];
    let steps = 0;
    const giveUp = () => this.trainer?.abandon();
    this.preparing.signal.addEventListener('abort', giveUp, { once: true });
    const onProgress = (progress: TrainingProgress): void => {
      if (progress.kind !== 'step') return;
      ends.push(performance.now());
      steps = progress.totalSteps;
      if (ends.length > TIMED_STEPS || ends.length === steps) giveUp();
    };
    try {
      await this.attempt(config, model, samples, { storage: new MemoryStorage(), onProgress });
    } catch (error) {
      this.preparing.signal.throwIfAborted();
      if (ends.length < 2) throw error;
    }
    if (ends.length < 2) throw new RuntimeError('internal', 'This run takes no steps that could be timed.');
    const timed = ends.length - 1;
    return { secondsAStep: (ends[timed] - ends[0]) / timed / 1000, steps, timed };
  }

  private async runToEnd(request: TrainRequest, ready: Promise<void>): Promise<TrainingResult> {
    this.wantsPause = false;
    this.preparing = new AbortController();
    await ready;
    const saved = request.resume ? await readRunState(this.runStorage) : null;
    if (request.resume && saved === null)
      throw new TrainingError('checkpoint-mismatch', 'There is no saved run to go on with.');
    if (saved === null) await this.discard();
    const config = saved?.config ?? completeConfig(request.options);
    this.config = config;
    const model = await this.setup.loadModel();
    const samples = await loadSamples(this.setup.dataset, config, model);
    this.preparing.signal.throwIfAborted();
    await this.start(request);
    try {
      return await this.recovering(config, model, samples, request.resume);
    } finally {
      this.release();
    }
  }

  private release(): void {
    this.trainer?.dispose();
    this.trainer = null;
    this.backend?.stop();
    this.backend = null;
  }

  private async start(request: TrainRequest): Promise<void> {
    this.backend = await startBackend(request.backend, { wasmUrls: this.setup.wasmUrls });
    this.setup.onBackend(this.backend);
  }

  private async recovering(
    config: TrainingConfig,
    model: LoadedModel,
    samples: SplitSamples,
    resumeFirst: boolean,
  ): Promise<TrainingResult> {
    let resume = resumeFirst;
    let stepAtLoss = -1;
    for (let attempt = 1; ;) {
      const backend = this.backend!;
      const loss = watch(backend);
      try {
        const attempt = this.attempt(config, model, samples, {
          storage: this.runStorage,
          onProgress: this.setup.onProgress,
          resume,
        });
        const outcome = await Promise.race([attempt, loss.promise]);
        return await Promise.race([this.keep(outcome, config, model, samples), loss.promise]);
      } catch (error) {
        const lost = loss.error() ?? (isLoss(error) ? error : null);
        const step = (await readRunState(this.runStorage))?.step ?? 0;
        attempt = step > stepAtLoss ? 1 : attempt + 1;
        stepAtLoss = step;
        if (lost === null || attempt > MOST_RECOVERIES) throw error;
        this.setup.onRecovering(lost, attempt);
        this.trainer?.abandon();
        this.trainer = null;
        this.backend = await restartBackend(backend, { wasmUrls: this.setup.wasmUrls });
        this.setup.onBackend(this.backend);
        resume = step > 0;
      } finally {
        loss.end();
      }
    }
  }

  private async attempt(
    config: TrainingConfig,
    model: LoadedModel,
    samples: SplitSamples,
    { storage, onProgress, resume = false }: AttemptOptions,
  ): Promise<TrainingOutcome> {
    const { signal } = this.preparing;
    const { backend } = this;
    const startClassifier = async ({ manifest, arrays }: LoadedModel): Promise<Classifier> =>
      (await startOnBackend(backend!, fetchKernels(this.setup.kernels), manifest, arrays)).classifier;
    const startTensors = (): Promise<void> => backend!.tensors();
    const setup = {
      config,
      model,
      samples,
      storage,
      onProgress,
      signal,
      startClassifier,
      startTensors,
    };
    const trainer = await createRun(setup, { resume });
    this.trainer = trainer;
    signal.throwIfAborted();
    if (this.wantsPause) trainer.pause();
    return trainer.run();
  }

  private async keep(
    outcome: TrainingOutcome,
    config: TrainingConfig,
    model: LoadedModel,
    samples: SplitSamples,
  ): Promise<TrainingResult> {
    const backend = this.backend!;
    const classes = Object.keys(config.classes);
    const id = `${model.manifest.id}-${timestamp(new Date())}`;
    const device = backend.name === 'webgpu' ? 'WebGPU' : 'WebAssembly';
    this.finished = await exportModel(this.trainer!, { id, config, from: model.manifest, samples, outcome, device });
    const { modelStorage } = this.setup;
    const stored = modelStorage === null ? null : await storeModel(modelStorage, this.finished);
    await this.discard();
    const { tested, validated } = measuredSamples(samples, outcome);
    return {
      outcome,
      classes,
      warnings: caveats(samples, classes),
      backend: backend.name,
      model: stored,
      id,
      tested: tested.map((sample) => sample.id),
      validated: validated.map((sample) => sample.id),
    };
  }

  private get runStorage(): FileStorage {
    return inFolder(this.setup.storage, RUN_FOLDER);
  }
}

/** Decodes the images of the run's classes. @throws TrainingError `data-format` when one cannot be decoded any more */
export async function loadSamples(
  dataset: Dataset,
  config: TrainingConfig,
  model: LoadedModel,
  decode: DecodeImage = decodeInBrowser,
): Promise<SplitSamples> {
  const label = classLabeller(config);
  const chosen = dataset.samples.filter((sample) => sample.split !== null && label(sample) !== null);
  const loaded = new Map<string, TrainingSample>();
  for await (const { sample, bytes } of dataset.readImages(chosen)) {
    const face = toByteFace(await decode(bytes.slice()), model.manifest.input);
    loaded.set(sample.id, {
      id: sample.id,
      ...label(sample)!,
      group: sample.group,
      fromCamera: sample.source === CAMERA,
      face,
    });
  }
  const of = (split: Split): readonly TrainingSample[] =>
    chosen.filter((sample) => sample.split === split).map(({ id }) => loaded.get(id)!);
  return { train: of('train'), validation: of('validation'), test: of('test') };
}

function watch(backend: StartedBackend): {
  readonly promise: Promise<never>;
  error(): RuntimeError | null;
  end(): void;
} {
  let lost: RuntimeError | null = null;
  let end = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    end = backend.onLost((error) => {
      lost = error;
      reject(error);
    });
  });
  // The race may be over when it rejects.
  promise.catch(() => undefined);
  return { promise, error: () => lost, end: () => end() };
}

function isLoss(error: unknown): error is RuntimeError {
  return error instanceof RuntimeError && (error.code === 'device-lost' || error.code === 'out-of-memory');
}

/** Keeps a model among those of this browser. Returns its address. */
async function storeModel(storage: FileStorage, { files }: ExportedModel): Promise<string> {
  return (await new ModelStore(inFolder(storage, MODELS_FOLDER)).add(files)).url;
}

/** 20261122-0158: names a model so that later ones sort behind it. */
function timestamp(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
