/** The page's side of `npm run bench -- products`; called by bench/products.ts through Playwright. */
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import { startBackend } from '../../src/gpu/backend.js';
import { compileKernels } from '../../src/plan/wasm/module.js';
import { measureProducts, type ProductTimes } from './measure.js';

/** @param files addresses of compiled kernels by the name of their build */
export async function measure(
  files: Readonly<Record<string, string>>,
  rounds: number,
): Promise<readonly ProductTimes[]> {
  const wasmUrls = { plain: new URL(plain, location.href), simd: new URL(simd, location.href) };
  const backend = await startBackend('wasm', { wasmUrls });
  try {
    const compiled = Object.entries(files).map(
      async ([name, url]) => [name, await compileKernels(await fetch(url))] as const,
    );
    return await measureProducts(Object.fromEntries(await Promise.all(compiled)), rounds);
  } finally {
    backend.stop();
  }
}
