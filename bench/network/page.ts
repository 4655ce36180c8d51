/** The page's side of `npm run bench -- network`; called by bench/network.ts through Playwright. */
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import { startBackend } from '../../src/gpu/backend.js';
import { loadModel } from '../../src/weights/loadModel.js';
import { createOnnxClassifier, type OnnxRuntime } from '../rivals/onnxRuntime.js';
import { type EngineTimes, measureNetwork, type Rivals } from './measure.js';

/** @param runtime folder of onnxruntime-web's files, or null where it is not installed */
export async function measure(rounds: number, runtime: string | null): Promise<readonly EngineTimes[]> {
  const wasmUrls = { plain: new URL(plain, location.href), simd: new URL(simd, location.href) };
  const backend = await startBackend('wasm', { wasmUrls });
  try {
    const model = await loadModel(new URL('/models/qcs-mobile/manifest.json', location.href));
    const kernels = (build: string) => fetch(`/runtime/kernels-${build}.wasm`);
    return await measureNetwork(model, kernels, ['simd', 'relaxed'], await rivalsOf(runtime), rounds);
  } finally {
    backend.stop();
  }
}

async function rivalsOf(folder: string | null): Promise<Rivals> {
  if (folder === null) return {};
  const runtime = (await import(/* @vite-ignore */ `${folder}ort.wasm.min.mjs`)) as OnnxRuntime;
  runtime.env.wasm.wasmPaths = new URL(folder, location.href).href;
  return { 'onnxruntime-web': (model, counts) => createOnnxClassifier(runtime, model, counts) };
}
