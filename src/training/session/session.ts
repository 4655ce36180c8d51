/** All that the training worker does, without the worker: one data set, at most one run at a time. */
import type { FileStorage } from '../../storage/storage.js';
import { ModelError, RuntimeError } from '../../errors.js';
import { loadModel, type LoadedModel } from '../../weights/loadModel.js';
import { zipFiles } from '../../models/download.js';
import { DatasetSession } from './datasetSession.js';
import type { OpenedTraining, TrainingAssets, TrainingResult, TrainRequest } from './protocol.js';
import { RunSession, type RunSetup } from './runSession.js';

/** What hears of a run. */
type RunListeners = Pick<RunSetup, 'onProgress' | 'onBackend' | 'onRecovering'>;

export class TrainingSession {
  private sessions: { readonly data: DatasetSession; readonly run: RunSession } | null = null;
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
    return this.run.train(request, this.data.ensureSplit());
  }

  /** The last trained model as a zip. */
  get trainedModel(): Blob {
    const { manifest, files } = this.run.model;
    return zipFiles(manifest.id, files);
  }

  private async begin(
    assets: TrainingAssets,
    rebuild: boolean,
  ): Promise<{ readonly data: DatasetSession; readonly run: RunSession }> {
    const load = async (): Promise<LoadedModel> => this.loadedModel(assets);
    const input = async () => (await load()).manifest.input;
    const data = await DatasetSession.open(assets.detector, input, { rebuild, storage: this.storage });
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
    return { data, run };
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

  private get opened(): { readonly data: DatasetSession; readonly run: RunSession } {
    if (this.sessions === null) throw new RuntimeError('internal', 'The data set was not opened yet.');
    return this.sessions;
  }
}

async function loadWithTrainingPart({ manifest, files }: TrainingAssets): Promise<LoadedModel> {
  try {
    return await loadModel(manifest, { parts: ['base', 'training'], files });
  } catch (error) {
    // A model of the base branch alone can be fine-tuned too; its cross branch then starts from chance.
    if (error instanceof ModelError && error.code === 'model-missing') return loadModel(manifest, { files });
    throw error;
  }
}
