/** The engine as browsers run it, in a worker or in the page: frames are canvases and bitmaps, the model comes from its address. */
import { requireWebAssembly } from '../base/webAssembly.js';
import type { Frame } from '../faces/canvas.js';
import { startBackend } from '../gpu/backend.js';
import { fetchKernels } from '../plan/startClassifier.js';
import { type KernelSource, sharedKernels } from '../plan/wasm/module.js';
import type { Explanation } from '../reading/explanation/explanation.js';
import type { EarlyFiles } from '../weights/earlyFiles.js';
import { loadModel, type LoadedModel } from '../weights/loadModel.js';
import { MUSCLES } from '../weights/muscles.js';
import { ClassifierHost } from './classifierHost.js';
import type { CropClassifier } from './cropClassifier.js';
import type { RecognitionEngine } from './engine.js';
import type { EngineConfig, FrameRequest } from './engineTypes.js';
import type { ExplainRequest } from './explainRequest.js';
import { openKernelFaces } from './kernelFaces.js';
import type { FrameObservation, LoadProgress } from './observation.js';
import { fetchWanted } from './wantedFiles.js';

export interface BrowserEngine extends Pick<
  RecognitionEngine<Frame>,
  'backend' | 'model' | 'onLost' | 'warmUp' | 'forget' | 'dispose'
> {
  /** As `RecognitionEngine.recognize`. */
  recognize(
    frame: Frame,
    request: FrameRequest,
    onPartial?: (observation: FrameObservation) => void,
  ): Promise<FrameObservation>;
  /** As `RecognitionEngine.explain`. */
  explain(frame: Frame, request: ExplainRequest): Promise<Explanation>;
}

/** What finds faces, before there is anything to read them with. */
export interface FaceSource {
  /** Hands all over to an engine. */
  engine(loaded: LoadedModel, classifier: CropClassifier, firstId: number): BrowserEngine;
  close(): void;
}

/** How a face source starts. */
export interface FaceSourceOptions {
  readonly kernels: KernelSource;
  readonly signal: AbortSignal;
  readonly onBytes: (loaded: number, total: number) => void;
  /** What is on its way already. */
  readonly early?: EarlyFiles | undefined;
}

export interface BrowserEngineOptions {
  readonly signal?: AbortSignal;
  /** Starts a worker that serves a `ThreadApi`, for many faces at once; left out, all are read here. */
  readonly startThread?: () => Worker;
  /** What is on its way already; left out, what is surely wanted is asked for at once. */
  readonly early?: EarlyFiles;
}

/**
 * Loads kernels, detector and model and starts the backend side by side, and runs all of it once.
 * @throws ModelError, RuntimeError, an aborted signal's reason
 */
export async function createBrowserEngine(
  config: EngineConfig,
  onProgress: (progress: LoadProgress) => void,
  { signal = new AbortController().signal, startThread, ...options }: BrowserEngineOptions = {},
): Promise<BrowserEngine> {
  requireWebAssembly();
  const early = options.early ?? fetchWanted(config, signal);
  const kernels = sharedKernels(fetchKernels(config.kernels));
  const backend = startBackend(config.backend, { wasmUrls: config.wasm, lazy: true });
  const starting = openFaces(config, {
    kernels,
    signal,
    early,
    onBytes: (loaded, total) => onProgress({ stage: 'detector', loaded, total }),
  });
  const model = loadModel(config.manifest, {
    parts: ['recognising', ...(config.muscles ? [MUSCLES] : [])],
    files: config.files,
    early,
    signal,
    onProgress: (loaded, total) => {
      onProgress({ stage: 'model', loaded, total });
    },
  });
  const [, started, begun] = await Promise.allSettled([model, starting, backend]);
  let classifier: ClassifierHost | undefined;
  try {
    const [loaded, faces] = await Promise.all([model, starting]);
    signal.throwIfAborted();
    onProgress({ stage: 'backend', loaded: 0, total: 0 });
    classifier = await ClassifierHost.create(config, loaded, { startThread, kernels, starting: backend });
    signal.throwIfAborted();
    const engine = faces.engine(loaded, classifier, config.firstId);
    onProgress({ stage: 'warm-up', loaded: 0, total: 0 });
    await engine.warmUp();
    signal.throwIfAborted();
    onProgress({ stage: 'ready', loaded: 0, total: 0 });
    return engine;
  } catch (error) {
    classifier?.dispose();
    if (begun.status === 'fulfilled') begun.value.stop();
    if (started.status === 'fulfilled') started.value.close();
    signal.throwIfAborted();
    throw error;
  }
}

async function openFaces(config: EngineConfig, options: FaceSourceOptions): Promise<FaceSource> {
  if (config.detection === 'kernels') return openKernelFaces(config.detector, options);
  // Loaded for those alone who ask for it.
  const { openMediaPipeFaces } = await import('./mediaPipeFaces.js');
  return openMediaPipeFaces(config.detector, options);
}
