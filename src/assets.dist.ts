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
      'models/qcs-mobile/weights.int8.safetensors',
      new URL('./models/qcs-mobile/weights.int8.safetensors', import.meta.url),
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

/**
 * Where the files are, if no bundler answers for them: a configured folder, another origin, as of a content delivery network, or the folder
 * of this very file.
 */
function rootElsewhere(): URL | undefined {
  if (configured !== undefined) return configured;
  // Bundlers put an address of their own here, mostly of a file.
  const here: string = import.meta.url;
  const root = new URL('.', here);
  const isKnown = root.origin !== location.origin || here.endsWith('/assets.js');
  return /^https?:$/.test(root.protocol) && isKnown ? root : undefined;
}

/** The part of Trusted Types that is needed here. */
interface ScriptPolicies {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

let policy: ReturnType<ScriptPolicies['createPolicy']> | undefined;

/** Pages with Trusted Types take addresses of scripts from a policy alone: they allow it by `trusted-types qcs-fer`. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: ScriptPolicies };
  try {
    policy ??= trustedTypes?.createPolicy('qcs-fer', { createScriptURL: (own) => own });
  } catch {
    // The page does not allow it: the worker will say that it is blocked.
  }
  return policy?.createScriptURL(url) ?? url;
}

/** Scripts of workers must come from the page's own origin, but may import from any: one of a line does. */
const starters = new Map<string, string>();

/** Starts a worker that no bundler knows of; undefined where one answers for it. */
export function workerElsewhere(file: string, name: string): Worker | undefined {
  const root = rootElsewhere();
  if (root === undefined) return undefined;
  const { href, origin } = new URL(file, root);
  if (origin === location.origin) return new Worker(trusted(href), { type: 'module', name });
  const line = `import ${JSON.stringify(href)};`;
  const starter = starters.get(href) ?? URL.createObjectURL(new Blob([line], { type: 'text/javascript' }));
  starters.set(href, starter);
  return new Worker(trusted(starter), { type: 'module', name });
}
