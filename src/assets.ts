/**
 * Where the package's own files are: model, detector, WebAssembly. What only one capability needs, such as its worker, stands beside it
 * (`assets.training.ts`), so that a page carries no more. This is the development and demo side, where Vite serves `public/`; in the library
 * build `scripts/library.ts` puts the twins (`assets.dist.ts`) in their places, with literal `new URL('./file', import.meta.url)` expressions
 * that other people's bundlers understand. Every URL is asked for only when needed, so that importing is free of side effects.
 */
export interface AssetUrls {
  readonly manifest: URL;
  readonly weights: URL;
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

/** A file of `public/` or of the configured folder. */
export function assetAt(path: string): URL {
  return new URL(path, configured ?? new URL(import.meta.env.BASE_URL, document.baseURI));
}

export function assetUrls(): AssetUrls {
  return {
    manifest: assetAt('models/qcs-mobile/manifest.json'),
    weights: assetAt('models/qcs-mobile/weights.int8.safetensors'),
    detector: assetAt('runtime/face_detector.tflite'),
    visionBinary: assetAt('runtime/vision_wasm_module_internal.wasm'),
    tfjsWasm: assetAt('runtime/tfjs-backend-wasm.wasm'),
    tfjsWasmSimd: assetAt('runtime/tfjs-backend-wasm-simd.wasm'),
    kernelsSimd: assetAt('runtime/kernels-simd.wasm'),
    kernelsRelaxed: assetAt('runtime/kernels-relaxed.wasm'),
  };
}
