/** Starts a recogniser: in a worker where the browser lets it, else in the page. */
import { assetUrls, workersNeed } from '../assets.js';
import { QcsError, RuntimeError } from '../errors.js';
import { absoluteUrl } from '../worker/absoluteUrl.js';
import type { EngineHost } from './engineHost.js';
import type { EngineConfig } from './engineTypes.js';
import type { LoadProgress } from './observation.js';
import { startPageHost } from './pageHost.js';
import { QueuedRecognizer } from './queuedRecognizer.js';
import type { Recognizer, RecognizerOptions } from './recognizer.js';
import { WorkerHost } from './workerHost.js';

/** The shipped model's weights, as its manifest names them. */
const SHIPPED_WEIGHTS = 'weights.int8.safetensors';

/**
 * Loads detector and model, starts the backend and warms both up.
 *
 * ```ts
 * import { createRecognizer } from 'qcs-fer';
 * const recognizer = await createRecognizer({ onProgress: ({ stage }) => console.log(stage) });
 * const { faces } = await recognizer.recognize(document.querySelector('img')!);
 * faces[0].expression; // 'happiness'
 * await recognizer.dispose();
 * ```
 * @throws ModelError for a model that is missing, damaged or of another kind; RuntimeError `no-webgpu`, `no-backend`, `detector-failed`, and
 * `unsupported-environment` outside browsers; an aborted signal's reason
 */
export async function createRecognizer(options: RecognizerOptions = {}): Promise<Recognizer> {
  if (typeof OffscreenCanvas === 'undefined' && typeof HTMLCanvasElement === 'undefined') {
    throw new RuntimeError(
      'unsupported-environment',
      'This entry recognises in browsers. In Node import createRecognizer from qcs-fer/node.',
    );
  }
  const config = engineConfig(options);
  const { worker = true, onProgress = () => undefined, signal } = options;
  signal?.throwIfAborted();
  return new QueuedRecognizer(await startHost(config, worker, onProgress, signal));
}

async function startHost(
  config: EngineConfig,
  useWorker: boolean,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal | undefined,
): Promise<EngineHost> {
  const startInPage = (note: string) => startPageHost(config, note, onProgress, signal);
  if (!useWorker) return startInPage('It runs in the page, as asked.');
  if (typeof Worker === 'undefined') return startInPage('It runs in the page: this browser has no workers.');
  try {
    return await WorkerHost.start(config, onProgress, signal);
  } catch (error) {
    if (!isWorkersFault(error)) throw error;
    const allow =
      error.code === 'worker-blocked' ? ` If a content security policy is in the way, allow ${workersNeed()}.` : '';
    const reason = `It runs in the page, which it will slow down. ${error.message}${allow}`;
    console.warn(`qcs-fer: ${reason}`);
    return startInPage(reason);
  }
}

/** Some browsers start the worker and then give MediaPipe no WebGL in it: the page may still do. */
function isWorkersFault(error: unknown): error is QcsError {
  return error instanceof QcsError && (error.code === 'worker-blocked' || error.code === 'detector-failed');
}

function engineConfig({
  model,
  backend = 'auto',
  detector = 'kernels',
  muscles = false,
}: RecognizerOptions): EngineConfig {
  const assets = assetUrls();
  return {
    manifest: absoluteUrl(model ?? assets.manifest),
    files: model === undefined ? { [SHIPPED_WEIGHTS]: assets.weights } : {},
    muscles,
    detection: detector,
    detector: { detector: assets.detector, visionBinary: assets.visionBinary },
    wasm: { plain: assets.tfjsWasm, simd: assets.tfjsWasmSimd },
    kernels: { relaxed: assets.kernelsRelaxed, simd: assets.kernelsSimd },
    backend,
    firstId: 1,
  };
}
