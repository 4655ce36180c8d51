/** The page's side of `npm run bench -- network`; called by bench/network.ts through Playwright. */
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import { startBackend } from '../../src/gpu/backend.js';
import { loadModel } from '../../src/weights/loadModel.js';
import { type EngineTimes, measureNetwork } from './measure.js';

export async function measure(rounds: number): Promise<readonly EngineTimes[]> {
  const wasmUrls = { plain: new URL(plain, location.href), simd: new URL(simd, location.href) };
  const backend = await startBackend('wasm', { wasmUrls });
  try {
    const model = await loadModel(new URL('/models/qcs-mobile/manifest.json', location.href));
    const kernels = (build: string) => fetch(`/runtime/kernels-${build}.wasm`);
    return await measureNetwork(model, kernels, ['simd', 'relaxed'], rounds);
  } finally {
    backend.stop();
  }
}
