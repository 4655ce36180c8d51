/** All that the training worker does, without the worker: one data set at a time, at most one run at a time. */
import { claim } from '../../dataset/claim.js';
import { DatasetShelf, type ShelfEdit, type ShelfView } from '../../dataset/shelf.js';
import { MemoryStorage } from '../../storage/memoryStorage.js';
import { openOpfs } from '../../storage/opfsStorage.js';
import { inFolder, type FileStorage } from '../../storage/storage.js';
import { ModelError, RuntimeError } from '../../errors.js';
import { loadModel, type LoadedModel } from '../../weights/loadModel.js';
import { MODELS_FOLDER } from '../../weights/storedModels.js';
import { ModelStore } from '../../models/modelStore.js';
import { zipFiles } from '../../models/download.js';
import type { Assessment } from '../../evaluation/crossValidation/assess.js';
import type { TrainingOptions } from '../config.js';
import { assessClasses, type AssessmentProgress } from './assessment.js';
import { DatasetSession } from './datasetSession.js';
import { Embeddings, embedderStarter } from './embeddings.js';
import { lookAtClasses, type ClassLook } from './looks.js';
import type { OpenedTraining, RunEstimate, TrainingAssets, TrainingResult, TrainRequest } from './protocol.js';
import { pastRun, RunHistory, RUNS_FOLDER, type PastRun, type RunEdit } from './runHistory.js';
import { RunSession, type RunSetup } from './runSession.js';

/** What hears of a run. */
type RunListeners = Pick<RunSetup, 'onProgress' | 'onBackend' | 'onRecovering'>;

/** Where everything is kept. */
interface Kept {
  readonly storage: FileStorage;
  /** False where the browser stores nothing and all lives in memory. */
  readonly stored: boolean;
  readonly shelf: DatasetShelf;
}

/** What works on the data set that is open. */
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

  private keeping: Promise<Kept> | null = null;

  /** @param storage replaces the browser's, for tests */
  constructor(private readonly storage?: FileStorage) {}

  /** Opens the chosen data set once; later calls tell how things stand. */
  async open(assets: TrainingAssets, rebuild = false): Promise<OpenedTraining> {
    this.sessions ??= await this.begin(assets, rebuild);
    const { view, missing } = this.data;
    return { view, run: await this.run.offer(), missing };
  }

  /**
   * The data sets by name. Also where the chosen one cannot be opened.
   * @throws RuntimeError `storage-busy` when another tab has them
   */
  async shelf(): Promise<ShelfView> {
    return (await this.kept()).shelf.view();
  }

  /**
   * Renames, copies, deletes, or chooses another data set, which is then to be opened.
   * @throws as `DatasetShelf.edit`; RuntimeError `internal` while a run is on
   */
  async editShelf(edit: ShelfEdit): Promise<ShelfView> {
    if (this.sessions?.run.isRunning === true) throw busy();
    const { shelf } = await this.kept();
    const before = (await shelf.view()).current;
    const after = await shelf.edit(edit);
    if (after.current !== before || (edit.kind === 'remove' && edit.id === before)) this.sessions = null;
    return after;
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
    const { entries, current } = await this.shelf();
    const { name } = entries.find(({ id }) => id === current)!;
    const run = pastRun(result, this.run.lastConfig, this.data.dataset.samples, { id: current, name });
    await (await this.history()).add(run).catch(forgiveStorage);
    return result;
  }

  async time(request: TrainRequest): Promise<RunEstimate> {
    return this.run.time(request, this.data.ensureSplit());
  }

  /** The newest first; the model of one that was deleted is null. */
  async runs(): Promise<readonly PastRun[]> {
    const { storage } = await this.kept();
    const models = new Set((await new ModelStore(inFolder(storage, MODELS_FOLDER)).list()).map(({ url }) => url));
    const runs = await (await this.history()).list();
    return runs.map((run) => (run.model === null || models.has(run.model) ? run : { ...run, model: null }));
  }

  async editRuns(edit: RunEdit): Promise<readonly PastRun[]> {
    await (await this.history()).edit(edit);
    return this.runs();
  }

  private async history(): Promise<RunHistory> {
    return new RunHistory(inFolder((await this.kept()).storage, RUNS_FOLDER));
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
    const { storage, stored, shelf } = await this.kept();
    const { current } = await shelf.view();
    const data = await DatasetSession.open(assets, spec, { images: shelf.images(current), stored, rebuild });
    const run = new RunSession({
      storage: shelf.home(current),
      modelStorage: stored ? storage : null,
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

  private async kept(): Promise<Kept> {
    this.keeping ??= this.openKept();
    try {
      return await this.keeping;
    } catch (error) {
      this.keeping = null;
      throw error;
    }
  }

  private async openKept(): Promise<Kept> {
    const found = this.storage ?? (await openOpfs().catch(() => null));
    if (this.storage === undefined && found !== null) await claim('qcs-fer/dataset');
    const storage = found ?? new MemoryStorage();
    const shelf = new DatasetShelf(storage);
    await shelf.sweep();
    return { storage, stored: found !== null, shelf };
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
    if (this.run.isRunning) throw busy();
    return this.opened;
  }

  private get opened(): Sessions {
    if (this.sessions === null) throw new RuntimeError('internal', 'The data set was not opened yet.');
    return this.sessions;
  }
}

function busy(): RuntimeError {
  return new RuntimeError('internal', 'A training is running. Wait until it ends.');
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
