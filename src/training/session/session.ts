/** All that the training worker does, without the worker: one data set, at most one run at a time. */
import type { Sample } from '../../dataset/sample.js';
import { inFolder, type FileStorage } from '../../storage/storage.js';
import { ModelError, RuntimeError } from '../../errors.js';
import { loadModel, type LoadedModel } from '../../weights/loadModel.js';
import { zipFiles } from '../../models/download.js';
import type { Assessment } from '../../evaluation/crossValidation/assess.js';
import { completeConfig, type TrainingConfig, type TrainingOptions } from '../config.js';
import { classLabeller } from '../data/samples.js';
import { assessClasses, type AssessmentProgress } from './assessment.js';
import { DatasetSession } from './datasetSession.js';
import { Embeddings, embedderStarter } from './embeddings.js';
import { lookAtClasses, type ClassLook } from './looks.js';
import type { OpenedTraining, TrainingAssets, TrainingResult, TrainRequest } from './protocol.js';
import { RunHistory, type PastRun } from './runHistory.js';
import { RunSession, type RunSetup } from './runSession.js';

/** What hears of a run. */
type RunListeners = Pick<RunSetup, 'onProgress' | 'onBackend' | 'onRecovering'>;

interface Sessions {
  readonly data: DatasetSession;
  readonly run: RunSession;
  readonly embeddings: Embeddings;
  readonly loadModel: () => Promise<LoadedModel>;
}

export class TrainingSession {
  private sessions: Sessions | null = null;
  private model: Promise<LoadedModel> | null = null;
  private listeners: RunListeners | null = null;

  /** @param storage replaces the browser's, for tests */
  constructor(private readonly storage?: FileStorage) {}

  /** Opens once; later calls tell how things stand. */
  async open(assets: TrainingAssets, rebuild = false): Promise<OpenedTraining> {
    this.sessions ??= await this.begin(assets, rebuild);
    const { view, missing } = this.data;
    return { view, run: await this.run.offer(), missing };
  }

  get data(): DatasetSession {
    return this.opened.data;
  }

  get run(): RunSession {
    return this.opened.run;
  }

  async train(request: TrainRequest, listeners: RunListeners): Promise<TrainingResult> {
    this.listeners = listeners;
    const result = await this.run.train(request, this.data.ensureSplit());
    const config = completeConfig(request.options);
    await this.history.add(pastRun(result, config, this.data.dataset.samples)).catch(forgiveStorage);
    return result;
  }

  get history(): RunHistory {
    return new RunHistory(inFolder(this.data.storage, 'runs'));
  }

  /** @throws RuntimeError `internal` while a run is on, whose device this would take */
  async look(): Promise<Record<string, ClassLook>> {
    const { data, embeddings, loadModel: load } = this.idle;
    if (data.dataset.samples.length === 0) return {};
    const { reading } = (await load()).manifest;
    return lookAtClasses(data.dataset, embeddings, reading?.quality, data.flagged);
  }

  /** @throws as {@link look} and `assessClasses` */
  async assess(
    options: TrainingOptions,
    onProgress: (progress: AssessmentProgress) => void,
    signal: AbortSignal,
  ): Promise<Assessment | null> {
    const { data, embeddings, loadModel: load } = this.idle;
    return assessClasses({ dataset: data.dataset, embeddings, model: await load() }, options, onProgress, signal);
  }

  /** The last trained model as a zip. */
  get trainedModel(): Blob {
    const { manifest, files } = this.run.model;
    return zipFiles(manifest.id, files);
  }

  private async begin(assets: TrainingAssets, rebuild: boolean): Promise<Sessions> {
    const load = async (): Promise<LoadedModel> => this.loadedModel(assets);
    const spec = async () => (await load()).manifest;
    const data = await DatasetSession.open(assets.detector, spec, { rebuild, storage: this.storage });
    const run = new RunSession({
      storage: data.storage,
      modelStorage: data.stored ? data.storage : null,
      dataset: data.dataset,
      wasmUrls: assets.wasm,
      kernels: assets.kernels,
      loadModel: load,
      onProgress: (progress) => this.listeners?.onProgress(progress),
      onBackend: (backend) => this.listeners?.onBackend(backend),
      onRecovering: (error, attempt) => this.listeners?.onRecovering(error, attempt),
    });
    const start = embedderStarter(assets.wasm, assets.kernels);
    return {
      data,
      run,
      embeddings: new Embeddings({ dataset: data.dataset, loadModel: load, start }),
      loadModel: load,
    };
  }

  /** The model to start from, with its training modules where it has them. */
  private async loadedModel(assets: TrainingAssets): Promise<LoadedModel> {
    this.model ??= loadWithTrainingPart(assets);
    try {
      return await this.model;
    } catch (error) {
      this.model = null;
      throw error;
    }
  }

  private get idle(): Sessions {
    if (this.run.isRunning) throw new RuntimeError('internal', 'A training is running. Wait until it ends.');
    return this.opened;
  }

  private get opened(): Sessions {
    if (this.sessions === null) throw new RuntimeError('internal', 'The data set was not opened yet.');
    return this.sessions;
  }
}

function pastRun(
  { id, outcome, model, tested }: TrainingResult,
  config: TrainingConfig,
  samples: readonly Sample[],
): PastRun {
  const { after, before, folds, seconds } = outcome;
  const label = classLabeller(config);
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const answers = tested.flatMap((sampleId, at) => {
    const sample = byId.get(sampleId);
    const own = sample === undefined ? null : label(sample);
    return own === null || after === null ? [] : [{ id: sampleId, label: own.label, predicted: after.predicted[at] }];
  });
  return {
    id,
    name: id,
    at: new Date().toISOString(),
    config,
    seconds,
    n: after?.n ?? 0,
    folds,
    accuracy: after?.accuracy ?? null,
    macroRecall: after?.macroRecall ?? null,
    before: before?.accuracy ?? null,
    model,
    answers,
  };
}

/** The model is kept: a list that cannot be written is no reason to lose the result. */
function forgiveStorage(error: unknown): void {
  if (!(error instanceof RuntimeError)) throw error;
}

async function loadWithTrainingPart({ manifest, files }: TrainingAssets): Promise<LoadedModel> {
  try {
    return await loadModel(manifest, { parts: ['base', 'training'], files });
  } catch (error) {
    // A model of the base branch alone can be fine-tuned too; its cross branch then starts from chance.
    if (error instanceof ModelError && error.code === 'model-missing')
      return loadModel(manifest, { parts: ['base'], files });
    throw error;
  }
}
