/**
 * Where the package's own files are: model, detector, WebAssembly, worker. This is the development and demo side, where Vite serves
 * `public/`; in the library build `scripts/build.ts` puts `src/assets.dist.ts` in its place, with literal
 * `new URL('./file', import.meta.url)` expressions that other people's bundlers understand. Every URL is asked for only when needed, so that importing is free of side effects.
 */
export interface AssetUrls {
  readonly manifest: URL;
  readonly weights: URL;
  readonly trainingWeights: URL;
  readonly detector: URL;
  readonly visionBinary: URL;
  readonly tfjsWasm: URL;
  readonly tfjsWasmSimd: URL;
  readonly kernelsSimd: URL;
  readonly kernelsRelaxed: URL;
}

export interface Configuration {
  /** The folder that `npx qcs-fer copy-assets` filled: an absolute address, or one relative to the page. */
  readonly base?: string | URL;
}

let configured: URL | undefined;

/**
 * Says where the package's files lie, for bundlers that do not follow `new URL('./file', import.meta.url)` (esbuild, plain Rollup). Call it
 * before the first recogniser or element starts; without `base` the files are looked for beside the code again.
 */
export function configure({ base }: Configuration): void {
  if (base === undefined) configured = undefined;
  else configured = new URL(String(base).replace(/\/?$/, '/'), document.baseURI);
}

/** The part of a content security policy that workers need. */
export function workersNeed(): string {
  return "worker-src 'self'";
}

export function assetUrls(): AssetUrls {
  const root = configured ?? new URL(import.meta.env.BASE_URL, document.baseURI);
  const at = (path: string) => new URL(path, root);
  return {
    manifest: at('models/qcs-mobile/manifest.json'),
    weights: at('models/qcs-mobile/weights.safetensors'),
    trainingWeights: at('models/qcs-mobile/training.safetensors'),
    detector: at('runtime/face_detector.tflite'),
    visionBinary: at('runtime/vision_wasm_module_internal.wasm'),
    tfjsWasm: at('runtime/tfjs-backend-wasm.wasm'),
    tfjsWasmSimd: at('runtime/tfjs-backend-wasm-simd.wasm'),
    kernelsSimd: at('runtime/kernels-simd.wasm'),
    kernelsRelaxed: at('runtime/kernels-relaxed.wasm'),
  };
}

/** Starts the recogniser's worker. Throws where the browser blocks it. */
export function startRecognizerWorker(): Worker {
  return new Worker(new URL('./inference/worker.ts', import.meta.url), { type: 'module', name: 'qcs-fer' });
}

/** Starts the trainer's worker. Throws where the browser blocks it. */
export function startTrainingWorker(): Worker {
  return new Worker(new URL('./training/session/worker.ts', import.meta.url), { type: 'module', name: 'qcs-train' });
}

/** Starts the worker of the Evaluate tab. Throws where the browser blocks it. */
export function startEvaluationWorker(): Worker {
  return new Worker(new URL('./evaluation/worker.ts', import.meta.url), { type: 'module', name: 'qcs-evaluate' });
}

/** Starts the worker that reads, converts and keeps models. Throws where the browser blocks it. */
export function startModelsWorker(): Worker {
  return new Worker(new URL('./models/worker.ts', import.meta.url), { type: 'module', name: 'qcs-models' });
}
