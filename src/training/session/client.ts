/** The page's side of the training worker. */
import { assetUrls, startTrainingWorker } from '../../assets.js';
import type { ImportProgress } from '../../dataset/importImages.js';
import { deserializeError, type QcsError } from '../../errors.js';
import type { BackendName } from '../../gpu/preference.js';
import type { TrainingProgress } from '../progress.js';
import type {
  CallType,
  DatasetEdit,
  DatasetView,
  FromWorker,
  ImportRequest,
  Replies,
  ToWorker,
  TrainingAssets,
  TrainRequest,
} from './protocol.js';
import { WorkerCalls } from '../../worker/workerCalls.js';

export interface TrainingListeners {
  onImportProgress(progress: ImportProgress): void;
  onTrainingProgress(progress: TrainingProgress): void;
  onBackend(name: BackendName, reason: string): void;
  onRecovering(error: QcsError, attempt: number): void;
}

/** One worker; it starts with the first call. Every method throws what the worker throws, and RuntimeError `worker-blocked` where none starts. */
export class TrainingClient {
  private readonly calls: WorkerCalls<ToWorker, FromWorker>;

  constructor(listeners: TrainingListeners) {
    this.calls = new WorkerCalls({
      start: startTrainingWorker,
      name: 'The training’s worker',
      onNews: (news) => tellNews(news, listeners),
    });
  }

  /** @param model address of a manifest; the shipped model when left out */
  async open(model?: string): Promise<Replies['open']> {
    return this.ask((call) => ({ type: 'open', call, assets: trainingAssets(model) })) as Promise<Replies['open']>;
  }

  async edit(edit: DatasetEdit): Promise<DatasetView> {
    return this.ask((call) => ({ type: 'edit', call, edit })) as Promise<DatasetView>;
  }

  async import(request: ImportRequest): Promise<Replies['import']> {
    return this.ask((call) => ({ type: 'import', call, request })) as Promise<Replies['import']>;
  }

  /** Takes the frame over. */
  async capture(frame: ImageBitmap, label: string, burst: string): Promise<Replies['capture']> {
    return this.ask((call) => ({ type: 'capture', call, frame, label, burst }), [frame]) as Promise<Replies['capture']>;
  }

  async endCapture(): Promise<DatasetView> {
    return this.ask((call) => ({ type: 'capture-end', call })) as Promise<DatasetView>;
  }

  async image(id: string): Promise<Blob> {
    return this.ask((call) => ({ type: 'image', call, id })) as Promise<Blob>;
  }

  async export(): Promise<Blob> {
    return this.ask((call) => ({ type: 'export', call })) as Promise<Blob>;
  }

  async train(request: TrainRequest): Promise<Replies['train']> {
    return this.ask((call) => ({ type: 'train', call, request })) as Promise<Replies['train']>;
  }

  /** The last trained model as a zip. */
  async model(): Promise<Blob> {
    return this.ask((call) => ({ type: 'model', call })) as Promise<Blob>;
  }

  async discardRun(): Promise<void> {
    await this.ask((call) => ({ type: 'discard-run', call }));
  }

  control(action: Extract<ToWorker, { type: 'control' }>['action']): void {
    this.calls.tellRunning({ type: 'control', action });
  }

  /** Ends the worker and what it was doing; a run can be resumed from its last checkpoint. */
  dispose(): void {
    this.calls.dispose('The training was ended. Open the page again to go on.');
  }

  private async ask(request: (call: number) => ToWorker, transfer: Transferable[] = []): Promise<Replies[CallType]> {
    const { value } = await this.calls.ask(request, transfer);
    return value;
  }
}

type News = Exclude<FromWorker, { readonly call: number }>;

function tellNews(news: News, listeners: TrainingListeners): void {
  switch (news.type) {
    case 'import-progress':
      listeners.onImportProgress(news.progress);
      return;
    case 'training-progress':
      listeners.onTrainingProgress(news.progress);
      return;
    case 'backend':
      listeners.onBackend(news.name, news.reason);
      return;
    case 'recovering':
      listeners.onRecovering(deserializeError(news.error), news.attempt);
  }
}

function trainingAssets(model: string | undefined): TrainingAssets {
  const urls = assetUrls();
  const own = model === undefined;
  return {
    manifest: own ? urls.manifest.href : new URL(model, document.baseURI).href,
    // Bundlers may give the shipped files other names.
    files: own ? { 'weights.safetensors': urls.weights.href, 'training.safetensors': urls.trainingWeights.href } : {},
    detector: urls.detector.href,
    visionBinary: urls.visionBinary.href,
    wasm: urls.tfjsWasm.href,
    wasmSimd: urls.tfjsWasmSimd.href,
  };
}
