/**
 * Keeps a classifier running: when the GPU is lost it starts another device, or WebAssembly, puts the model there and computes what was
 * under way again.
 */
import { concatenateFloats } from '../base/floats.js';
import { RuntimeError, asQcsError, type QcsError } from '../errors.js';
import { restartBackend, startBackend, type StartedBackend } from '../gpu/backend.js';
import type { Classifier } from '../network/classifier.js';
import type { Sized } from '../faces/frameDetector.js';
import { fetchKernels, readsFrames, type StartedClassifier } from '../plan/startClassifier.js';
import { type StartedEngine, startFaster } from '../plan/startFaster.js';
import type { KernelSource } from '../plan/wasm/module.js';
import type { FramePlace, FrameReadings, GpuFrame } from '../plan/frameFaces.js';
import type { LoadedModel } from '../weights/loadModel.js';
import type { BackendState, CropClassifier } from './cropClassifier.js';
import { DeviceLoss } from './deviceLoss.js';
import type { EngineConfig } from './engineTypes.js';
import { ThreadedClassifier, usefulThreads } from './threads/threadedClassifier.js';

/** A GPU that is lost more often than this within {@link LOSS_WINDOW} is given up for WebAssembly. */
const MOST_LOSSES = 2;
/** ms */
const LOSS_WINDOW = 60_000;
/**
 * More crops than this go through the network in several rounds: a group photo must not exhaust memory, nor, where WebAssembly computes
 * on this very thread, keep it from messages and events.
 */
const LARGEST_BATCH = { webgpu: 16, wasm: 4 };

type StartThread = () => Worker;

type Listener = (error: QcsError | null) => void;

export interface HostOptions {
  /** Starts a worker that serves a `ThreadApi`; left out, all is computed here. */
  readonly startThread?: StartThread | undefined;
  readonly kernels?: KernelSource;
  /** The backend, where it was begun before the model was there. */
  readonly starting?: Promise<StartedBackend>;
}

export class ClassifierHost implements CropClassifier {
  private readonly config: EngineConfig;
  private readonly model: LoadedModel;
  private readonly kernels: KernelSource;
  private readonly listeners = new Set<Listener>();
  private readonly losses: number[] = [];
  private backend: StartedBackend;
  private classifier: Classifier;
  private reason: string;
  /** Of the current device; recovery replaces it. */
  private loss: DeviceLoss;
  private recovery: Promise<void> | undefined;
  private disposed = false;

  private constructor(
    config: EngineConfig,
    model: LoadedModel,
    private readonly startThread: StartThread | undefined,
    kernels: KernelSource,
    backend: StartedBackend,
    { classifier, reason }: StartedClassifier,
  ) {
    this.config = config;
    this.model = model;
    this.kernels = kernels;
    this.backend = backend;
    this.classifier = classifier;
    this.reason = reason;
    this.loss = this.watch(backend);
  }

  /** @throws RuntimeError `no-webgpu`, `no-backend`; ModelError */
  static async create(
    config: EngineConfig,
    model: LoadedModel,
    {
      startThread,
      kernels = fetchKernels(config.kernels),
      starting = startBackend(config.backend, { wasmUrls: config.wasm, lazy: true }),
    }: HostOptions = {},
  ): Promise<ClassifierHost> {
    const backend = await starting;
    try {
      const chosen = await engineOn(backend, config, model, kernels, startThread);
      return new ClassifierHost(config, model, startThread, kernels, chosen.backend, chosen.started);
    } catch (error) {
      backend.stop();
      throw error;
    }
  }

  get state(): BackendState {
    return { name: this.backend.name, reason: this.reason };
  }

  /** Told of every loss, and with null when recognition runs once more. */
  onLost(listener: Listener): void {
    this.listeners.add(listener);
  }

  /**
   * Logits of all crops, `[crops, classes]` row by row. Survives the loss of the GPU.
   * @throws RuntimeError `device-lost` when recovery failed as well
   */
  async logits(crops: readonly Float32Array[]): Promise<Float32Array> {
    const parts: Float32Array[] = [];
    for (let start = 0; start < crops.length;) {
      // Lets messages and events in between.
      if (start > 0) await new Promise((resolve) => setTimeout(resolve, 0));
      const batch = crops.slice(start, start + this.largestBatch);
      parts.push(await this.batch(batch));
      start += batch.length;
    }
    return concatenateFloats(parts);
  }

  /**
   * Likewise for faces of a frame, which the GPU cuts out; undefined where none runs, or it refuses the frame.
   * @throws RuntimeError `device-lost` when recovery failed as well
   */
  async readFrame(frame: GpuFrame, size: Sized, faces: readonly FramePlace[]): Promise<FrameReadings | undefined> {
    return this.untilAnswered(async (classifier) => {
      if (!readsFrames(classifier)) return undefined;
      try {
        return await classifier.readFrame(frame, size, faces);
      } catch (error) {
        if (this.disposed || (await this.loss.happened()) !== undefined) throw error;
        return undefined;
      }
    });
  }

  dispose(): void {
    this.disposed = true;
    this.classifier.dispose();
    this.backend.stop();
    this.listeners.clear();
  }

  /** Every thread takes a batch of its own. */
  private get largestBatch(): number {
    const { name } = this.backend;
    return LARGEST_BATCH[name] * (name === 'wasm' && this.startThread !== undefined ? usefulThreads() : 1);
  }

  private async batch(crops: readonly Float32Array[]): Promise<Float32Array> {
    const input = concatenateFloats(crops);
    return this.untilAnswered((classifier) => classifier.logits(input, crops.length));
  }

  /** Asks, and after a loss asks what replaces what was lost. */
  private async untilAnswered<Answer>(ask: (classifier: Classifier) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      await this.recovery;
      const { loss } = this;
      try {
        const answer = await loss.during(ask(this.classifier));
        // A device that is out of memory may answer with zeros before it says so.
        if ((await loss.happened()) === undefined) return answer;
      } catch (error) {
        const lost = await loss.happened();
        if (this.disposed || lost === undefined) throw asQcsError(error);
      }
    }
  }

  private watch(backend: StartedBackend): DeviceLoss {
    const loss = new DeviceLoss();
    backend.onLost((error) => {
      if (this.disposed) return;
      this.beginRecovery(error);
      loss.happen(error);
    });
    return loss;
  }

  private beginRecovery(loss: RuntimeError): void {
    this.recovery = this.recover(loss);
    this.recovery.catch(() => undefined);
  }

  private async recover(error: RuntimeError): Promise<void> {
    this.tell(error);
    const now = performance.now();
    this.losses.push(now);
    const recent = this.losses.filter((time) => now - time < LOSS_WINDOW).length;
    this.classifier.dispose();
    try {
      await this.restart(recent > MOST_LOSSES ? undefined : this.backend, error);
    } catch (cause) {
      throw new RuntimeError(
        'device-lost',
        'The GPU was lost and recognition could not be started again. Reload the page, or choose the backend "wasm".',
        { cause },
      );
    }
    this.recovery = undefined;
    this.tell(null);
  }

  /** On a new device where there is one and it was not lost too often, else on WebAssembly. */
  private async restart(lost: StartedBackend | undefined, error: RuntimeError): Promise<void> {
    const options = { wasmUrls: this.config.wasm, lazy: true };
    const start = async () => {
      if (lost === undefined) return startBackend('wasm', options);
      try {
        return await restartBackend(lost, options);
      } catch {
        return startBackend('wasm', options);
      }
    };
    const begun = await start();
    const { backend, started } = await engineOn(begun, this.config, this.model, this.kernels, this.startThread);
    const { classifier, reason } = started;
    if (this.disposed) {
      classifier.dispose();
      backend.stop();
      throw error;
    }
    this.backend = backend;
    this.classifier = classifier;
    this.reason = begun.name === 'wasm' ? `WebAssembly runs because the GPU was lost (${error.message})` : reason;
    this.loss = this.watch(backend);
  }

  private tell(error: QcsError | null): void {
    for (const listener of this.listeners) listener(error);
  }
}

async function engineOn(
  backend: StartedBackend,
  config: EngineConfig,
  model: LoadedModel,
  kernels: KernelSource,
  startThread: StartThread | undefined,
): Promise<StartedEngine> {
  const engine = await startFaster(backend, model.manifest, model.arrays, {
    toWebAssembly: () => startBackend('wasm', { wasmUrls: config.wasm, lazy: true }),
    kernels,
    faces: 1,
  });
  return startThread === undefined ? engine : { ...engine, started: threaded(engine, config, model, startThread) };
}

/** Our own kernels of WebAssembly take crowds on several threads, where there are cores. */
function threaded(
  { backend, started }: StartedEngine,
  { kernels }: EngineConfig,
  model: LoadedModel,
  start: StartThread,
): StartedClassifier {
  const threads = usefulThreads();
  if (backend.name !== 'wasm' || started.kernels === null || threads === 1) return started;
  const classifier = new ThreadedClassifier(started.classifier, model, kernels, { start, threads });
  return { ...started, classifier, reason: `${started.reason} Many faces are read on ${threads} threads.` };
}
