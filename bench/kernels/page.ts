/** The page's side of `npm run bench -- kernels`; called by bench/kernels.ts through Playwright. */
import '../../src/gpu/gradients.js';
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import { startBackend } from '../../src/gpu/backend.js';
import type { BackendName } from '../../src/gpu/preference.js';
import { measureKernels, type BackendMeasurements } from './measure.js';
import { rememberStockKernels } from './stockKernels.js';

/** Measures on a backend; null where the browser has no WebGPU. */
export async function measure(name: BackendName, rounds: number): Promise<BackendMeasurements | null> {
  const adapter = name === 'webgpu' ? ((await navigator.gpu?.requestAdapter()) ?? null) : null;
  if (name === 'webgpu' && adapter === null) return null;
  const stock = await rememberStockKernels(name);
  const wasmUrls = { plain: new URL(plain, location.href), simd: new URL(simd, location.href) };
  const backend = await startBackend(name, { wasmUrls });
  const emulated = adapter?.info.isFallbackAdapter === true;
  try {
    return await measureKernels(backend, stock, emulated ? Math.min(rounds, 5) : rounds, emulated);
  } finally {
    backend.stop();
  }
}
