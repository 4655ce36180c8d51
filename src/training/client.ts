/** The page's side of the training worker. */
import { assetUrls, startTrainingWorker } from '../assets.js';
import type { ImportProgress } from '../dataset/importImages.js';
import { deserializeError, RuntimeError, type QcsError } from '../errors.js';
import type { BackendName } from '../gpu/preference.js';
import type { TrainingProgress } from './progress.js';
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

export interface TrainingListeners {
  onImportProgress(progress: ImportProgress): void;
  onTrainingProgress(progress: TrainingProgress): void;
  onBackend(name: BackendName, reason: string): void;
  onRecovering(error: QcsError, attempt: number): void;
}

interface Waiting {
  readonly resolve: (value: Replies[CallType]) => void;
  readonly reject: (error: Error) => void;
}

type Request = Exclude<ToWorker, { type: 'control' }>;

/** One worker; it starts with the first call. Every method throws what the worker throws, and RuntimeError `worker-blocked` where none starts. */
export class TrainingClient {
  private worker: Worker | null = null;
  private calls = 0;
  private readonly waiting = new Map<number, Waiting>();

  constructor(private readonly listeners: TrainingListeners) {}

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
    this.worker?.postMessage({ type: 'control', action } satisfies ToWorker, []);
  }

  /** Ends the worker and what it was doing; a run can be resumed from its last checkpoint. */
  dispose(): void {
    this.worker?.terminate();
    this.worker = null;
    this.fail(new RuntimeError('disposed', 'The training was ended. Open the page again to go on.'));
  }

  private async ask(request: (call: number) => Request, transfer: Transferable[] = []): Promise<Replies[CallType]> {
    this.worker ??= this.start();
    const { worker } = this;
    const call = ++this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(call, { resolve, reject });
      worker.postMessage(request(call), transfer);
    });
  }

  private start(): Worker {
    let worker: Worker;
    try {
      worker = startTrainingWorker();
    } catch (cause) {
      throw blocked(cause);
    }
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.hear(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      worker.terminate();
      this.worker = null;
      this.fail(blocked(event.message));
    });
    return worker;
  }

  private hear(message: FromWorker): void {
    switch (message.type) {
      case 'import-progress':
        this.listeners.onImportProgress(message.progress);
        return;
      case 'training-progress':
        this.listeners.onTrainingProgress(message.progress);
        return;
      case 'backend':
        this.listeners.onBackend(message.name, message.reason);
        return;
      case 'recovering':
        this.listeners.onRecovering(deserializeError(message.error), message.attempt);
        return;
      case 'reply':
      case 'failed': {
        const waiting = this.waiting.get(message.call);
        this.waiting.delete(message.call);
        if (message.type === 'failed') waiting?.reject(deserializeError(message.error));
        else waiting?.resolve(message.value);
      }
    }
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
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
    visionLoader: urls.visionLoader.href,
    visionBinary: urls.visionBinary.href,
    wasm: urls.tfjsWasm.href,
    wasmSimd: urls.tfjsWasmSimd.href,
  };
}

function blocked(cause: unknown): RuntimeError {
  return new RuntimeError(
    'worker-blocked',
    'The training’s worker stopped or was blocked. Reload the page and try again.',
    {
      cause,
    },
  );
}
