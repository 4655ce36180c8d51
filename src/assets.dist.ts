/**
 * The library's twin of assets.ts: see there. Emitted as it stands, so that bundlers find every file and worker by its literal URL; it may
 * import nothing.
 */
import type { AssetUrls, Configuration } from './assets.js';

let configured: URL | undefined;

export function configure({ base }: Configuration): void {
  if (base === undefined) configured = undefined;
  else configured = new URL(String(base).replace(/\/?$/, '/'), document.baseURI);
}

/** A file in the configured folder, else where its literal URL points to. */
export function assetAt(path: string, literal: URL): URL {
  // Turbopack's addresses look like URLs and are relative.
  return configured === undefined ? new URL(String(literal), document.baseURI) : new URL(path, configured);
}

export function assetUrls(): AssetUrls {
  return {
    manifest: assetAt(
      'models/qcs-mobile/manifest.json',
      new URL('./models/qcs-mobile/qcs-mobile.manifest', import.meta.url),
    ),
    weights: assetAt(
      'models/qcs-mobile/weights.safetensors',
      new URL('./models/qcs-mobile/weights.safetensors', import.meta.url),
    ),
    detector: assetAt('runtime/face_detector.tflite', new URL('./runtime/face_detector.tflite', import.meta.url)),
    visionBinary: assetAt(
      'runtime/vision_wasm_module_internal.wasm',
      new URL('./runtime/vision_wasm_module_internal.wasm', import.meta.url),
    ),
    tfjsWasm: assetAt('runtime/tfjs-backend-wasm.wasm', new URL('./runtime/tfjs-backend-wasm.wasm', import.meta.url)),
    tfjsWasmSimd: assetAt(
      'runtime/tfjs-backend-wasm-simd.wasm',
      new URL('./runtime/tfjs-backend-wasm-simd.wasm', import.meta.url),
    ),
    kernelsSimd: assetAt('runtime/kernels-simd.wasm', new URL('./runtime/kernels-simd.wasm', import.meta.url)),
    kernelsRelaxed: assetAt('runtime/kernels-relaxed.wasm', new URL('./runtime/kernels-relaxed.wasm', import.meta.url)),
  };
}

export function workersNeed(): string {
  const root = rootElsewhere();
  return root === undefined || root.origin === location.origin
    ? "worker-src 'self'"
    : `worker-src blob: ${root.origin}; script-src ${root.origin}`;
}

/** Where the files are, if a bundler cannot know: a configured folder, or another origin, as of a content delivery network. */
function rootElsewhere(): URL | undefined {
  if (configured !== undefined) return configured;
  // Bundlers put an address of their own here, mostly of a file, and answer for the worker themselves.
  const here: string = import.meta.url;
  const root = new URL('.', here);
  return /^https?:$/.test(root.protocol) && root.origin !== location.origin ? root : undefined;
}

/** Scripts of workers must come from the page's own origin, but may import from any: one of a line does. */
const starters = new Map<string, string>();

/** Starts a worker that no bundler knows of; undefined where one answers for it. */
export function workerElsewhere(file: string, name: string): Worker | undefined {
  const root = rootElsewhere();
  if (root === undefined) return undefined;
  const { href, origin } = new URL(file, root);
  if (origin === location.origin) return new Worker(href, { type: 'module', name });
  const line = `import ${JSON.stringify(href)};`;
  const starter = starters.get(href) ?? URL.createObjectURL(new Blob([line], { type: 'text/javascript' }));
  starters.set(href, starter);
  return new Worker(starter, { type: 'module', name });
}
