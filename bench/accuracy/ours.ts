/** The shipped model of this project, by the modules that the recogniser runs. */
import { bitmapPixels } from '../../src/dataset/browserImages.js';
import { softmax } from '../../src/base/softmax.js';
import { preprocessImage } from '../../src/faces/preprocess.js';
import { startBackend } from '../../src/gpu/backend.js';
import { fetchKernels, startClassifier } from '../../src/plan/startClassifier.js';
import { loadModel } from '../../src/weights/loadModel.js';
import { WASM_FOLDER, type Contestant } from './contestant.js';

export async function loadOurs(): Promise<Contestant> {
  const backend = await startBackend('wasm', {
    lazy: true,
    wasmUrls: {
      plain: new URL(`${WASM_FOLDER}tfjs-backend-wasm.wasm`, location.href),
      simd: new URL(`${WASM_FOLDER}tfjs-backend-wasm-simd.wasm`, location.href),
    },
  });
  const { manifest, arrays } = await loadModel(new URL('/models/qcs-mobile/manifest.json', location.href));
  const kernels = fetchKernels({
    simd: new URL('/runtime/kernels-simd.wasm', location.href),
    relaxed: new URL('/runtime/kernels-relaxed.wasm', location.href),
  });
  const { classifier } = await startClassifier(backend, kernels, manifest, arrays);
  return {
    classes: manifest.classes,
    classify: async (canvas) => {
      const bitmap = await createImageBitmap(canvas);
      const crop = preprocessImage(bitmapPixels(bitmap), manifest.input);
      bitmap.close();
      return [...softmax(await classifier.logits(crop, 1), manifest.temperature)];
    },
  };
}
