/** The library's twin of assets.ts: see there. Emitted as it stands, so that bundlers find every file by its literal URL. */
import type { AssetUrls } from './assets.js';

export function assetUrls(): AssetUrls {
  return {
    manifest: new URL('./models/qcs-mobile/manifest.json', import.meta.url),
    weights: new URL('./models/qcs-mobile/weights.safetensors', import.meta.url),
    trainingWeights: new URL('./models/qcs-mobile/training.safetensors', import.meta.url),
    detector: new URL('./runtime/face_detector.tflite', import.meta.url),
    visionBinary: new URL('./runtime/vision_wasm_module_internal.wasm', import.meta.url),
    tfjsWasm: new URL('./runtime/tfjs-backend-wasm.wasm', import.meta.url),
    tfjsWasmSimd: new URL('./runtime/tfjs-backend-wasm-simd.wasm', import.meta.url),
  };
}

export function startRecognizerWorker(): Worker {
  return new Worker(new URL('./recognizer-worker.js', import.meta.url), { type: 'module', name: 'qcs-fer' });
}

export function startTrainingWorker(): Worker {
  return new Worker(new URL('./training-worker.js', import.meta.url), { type: 'module', name: 'qcs-train' });
}

export function startEvaluationWorker(): Worker {
  return new Worker(new URL('./evaluation-worker.js', import.meta.url), { type: 'module', name: 'qcs-evaluate' });
}

export function startModelsWorker(): Worker {
  return new Worker(new URL('./models-worker.js', import.meta.url), { type: 'module', name: 'qcs-models' });
}
