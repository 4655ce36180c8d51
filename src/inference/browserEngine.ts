/** The engine as browsers run it, in a worker or in the page: MediaPipe over canvases and bitmaps, the model from its address. */
import { requireWebAssembly } from '../base/webAssembly.js';
import { FrameReader, type Frame } from '../faces/canvas.js';
import { FaceDetector } from '../faces/detector.js';
import { loadModel } from '../weights/loadModel.js';
import { ClassifierHost } from './classifierHost.js';
import { RecognitionEngine } from './engine.js';
import type { EngineConfig } from './engineTypes.js';
import type { LoadProgress } from './observation.js';

export type BrowserEngine = RecognitionEngine<Frame>;

export interface BrowserEngineOptions {
  readonly signal?: AbortSignal;
  /** Starts a worker that serves a `ThreadApi`, for many faces at once; left out, all are read here. */
  readonly startThread?: () => Worker;
}

/**
 * Loads detector and model side by side, starts the backend and runs both once.
 * @throws ModelError, RuntimeError, an aborted signal's reason
 */
export async function createBrowserEngine(
  config: EngineConfig,
  onProgress: (progress: LoadProgress) => void,
  { signal = new AbortController().signal, startThread }: BrowserEngineOptions = {},
): Promise<BrowserEngine> {
  requireWebAssembly();
  const starting = FaceDetector.create(config.detector, {
    signal,
    onBytes: (loaded, total) => onProgress({ stage: 'detector', loaded, total }),
  });
  const model = loadModel(config.manifest, {
    files: config.files,
    signal,
    onProgress: (loaded, total) => {
      onProgress({ stage: 'model', loaded, total });
    },
  });
  const started = await Promise.allSettled([model, starting]);
  let classifier: ClassifierHost | undefined;
  try {
    const [loaded, detector] = await Promise.all([model, starting]);
    signal.throwIfAborted();
    onProgress({ stage: 'backend', loaded: 0, total: 0 });
    classifier = await ClassifierHost.create(config, loaded, startThread);
    signal.throwIfAborted();
    const reader = new FrameReader();
    const engine = new RecognitionEngine<Frame>({
      loaded,
      detector,
      renewDetector: async () => FaceDetector.create(config.detector),
      classifier,
      pixels: (frame) => reader.over(frame),
      firstId: config.firstId,
    });
    onProgress({ stage: 'warm-up', loaded: 0, total: 0 });
    await engine.warmUp();
    signal.throwIfAborted();
    onProgress({ stage: 'ready', loaded: 0, total: 0 });
    return engine;
  } catch (error) {
    classifier?.dispose();
    if (started[1].status === 'fulfilled') started[1].value.close();
    throw error;
  }
}
