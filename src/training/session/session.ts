/** All that the training worker does, without the worker: one data set, at most one run at a time. */
import { RuntimeError, serializeError } from '../../errors.js';
import type { FileStorage } from '../../storage/storage.js';
import { ModelError } from '../../errors.js';
import { loadModel, type LoadedModel } from '../../weights/loadModel.js';
import { zipFiles } from '../../models/download.js';
import { DatasetSession } from './datasetSession.js';
import type { FromWorker, Replies, ToWorker, TrainingAssets } from './protocol.js';
import { RunSession } from './runSession.js';

type Call = Exclude<ToWorker, { type: 'control' }>;
type Control = Extract<ToWorker, { type: 'control' }>['action'];

export class TrainingSession {
  private data: DatasetSession | null = null;
  private run: RunSession | null = null;
  private model: Promise<LoadedModel> | null = null;
  /** Progress of imports comes thousands of times a second; the page needs ten. */
  private lastImportReport = Number.NEGATIVE_INFINITY;

  /** @param storage replaces the browser's, for tests */
  constructor(
    private readonly post: (message: FromWorker) => void,
    private readonly storage?: FileStorage,
  ) {}

  async answer(message: Call): Promise<Replies[keyof Replies]> {
    switch (message.type) {
      case 'open':
        return this.open(message.assets);
      case 'edit':
        return this.opened.data.edit(message.edit);
      case 'import':
        return this.opened.data.import(message.request, (progress) => {
          const now = performance.now();
          if (progress.done < progress.total && now - this.lastImportReport < 100) return;
          this.lastImportReport = now;
          this.post({ type: 'import-progress', progress });
        });
      case 'capture':
        return this.opened.data.capture(message.frame, message.label, message.burst);
      case 'capture-end':
        return this.opened.data.endCapture();
      case 'image':
        return this.opened.data.image(message.id);
      case 'export':
        return this.opened.data.export();
      case 'train':
        return this.opened.run.train(message.request, this.opened.data.ensureSplit());
      case 'model':
        return this.modelZip();
      case 'discard-run':
        await this.opened.run.discard();
        return null;
    }
  }

  control(action: Control): void {
    if (action === 'cancel-import') this.data?.cancelImport();
    else this.run?.[action]();
  }

  /** Opens once; later calls tell how things stand. */
  private async open(assets: TrainingAssets): Promise<Replies['open']> {
    if (this.data === null || this.run === null) await this.begin(assets);
    const { data, run } = this.opened;
    return { view: data.view, run: await run.offer() };
  }

  private async begin(assets: TrainingAssets): Promise<void> {
    const load = async (): Promise<LoadedModel> => this.loadedModel(assets);
    const data = await DatasetSession.open(assets, async () => (await load()).manifest.input, this.storage);
    const run = new RunSession({
      storage: data.storage,
      modelStorage: data.stored ? data.storage : null,
      dataset: data.dataset,
      wasmUrls: { plain: new URL(assets.wasm), simd: new URL(assets.wasmSimd) },
      loadModel: load,
      onProgress: (progress) => this.post({ type: 'training-progress', progress }),
      onBackend: ({ name, reason }) => this.post({ type: 'backend', name, reason }),
      onRecovering: (error, attempt) => this.post({ type: 'recovering', error: serializeError(error), attempt }),
    });
    this.data = data;
    this.run = run;
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

  private modelZip(): Blob {
    const { manifest, files } = this.opened.run.model;
    return zipFiles(manifest.id, files);
  }

  private get opened(): { readonly data: DatasetSession; readonly run: RunSession } {
    const { data, run } = this;
    if (data === null || run === null) throw new RuntimeError('internal', 'The data set was not opened yet.');
    return { data, run };
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
