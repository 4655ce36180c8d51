/** The messages between the page and the recogniser's worker. Everything in them is plain data; the bitmap is handed over. */
import type { SerializedError } from '../errors.js';
import type { BackendState } from './classifierHost.js';
import type { EngineConfig, FrameRequest } from './engineTypes.js';
import type { FrameObservation, LoadProgress, ModelSummary } from './observation.js';
import type { RecognizerStats } from './recognizer.js';

/** URLs as strings: `URL` cannot be posted. */
export type PlainConfig = Omit<EngineConfig, 'manifest' | 'files' | 'detector' | 'wasm'> & {
  readonly manifest: string;
  readonly files: Readonly<Record<string, string>>;
  readonly detector: Readonly<Record<keyof EngineConfig['detector'], string>>;
  readonly wasm: { readonly plain: string; readonly simd: string };
};

export type ToWorker =
  | { readonly type: 'start'; readonly config: PlainConfig }
  | { readonly type: 'recognize'; readonly call: number; readonly frame: ImageBitmap; readonly request: FrameRequest }
  | { readonly type: 'stats'; readonly call: number }
  | { readonly type: 'forget'; readonly stream: string }
  | { readonly type: 'ping' }
  | { readonly type: 'dispose' };

export type FromWorker =
  /** The script runs. Without this message the worker was blocked. */
  | { readonly type: 'alive' }
  | { readonly type: 'progress'; readonly progress: LoadProgress }
  | { readonly type: 'started'; readonly backend: BackendState; readonly model: ModelSummary }
  | { readonly type: 'start-failed'; readonly error: SerializedError }
  | { readonly type: 'observation'; readonly call: number; readonly observation: FrameObservation }
  | { readonly type: 'stats'; readonly call: number; readonly stats: RecognizerStats }
  | { readonly type: 'failed'; readonly call: number; readonly error: SerializedError }
  | { readonly type: 'lost'; readonly error: SerializedError | null; readonly backend: BackendState }
  | { readonly type: 'pong' }
  | { readonly type: 'disposed' };

export function toPlainConfig(config: EngineConfig): PlainConfig {
  const { detector, wasm } = config;
  return {
    ...config,
    manifest: config.manifest.href,
    files: Object.fromEntries(Object.entries(config.files).map(([path, url]) => [path, url.href])),
    detector: {
      detector: detector.detector.href,
      visionBinary: detector.visionBinary.href,
    },
    wasm: { plain: wasm.plain.href, simd: wasm.simd.href },
  };
}

export function fromPlainConfig(config: PlainConfig): EngineConfig {
  const { detector, wasm } = config;
  return {
    ...config,
    manifest: new URL(config.manifest),
    files: Object.fromEntries(Object.entries(config.files).map(([path, url]) => [path, new URL(url)])),
    detector: {
      detector: new URL(detector.detector),
      visionBinary: new URL(detector.visionBinary),
    },
    wasm: { plain: new URL(wasm.plain), simd: new URL(wasm.simd) },
  };
}
