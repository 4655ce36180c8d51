/** The shipped model of this project, by the modules that the recogniser runs. */
import { bitmapPixels } from '../../src/dataset/browserImages.js';
import { softmax } from '../../src/base/softmax.js';
import { preprocessImage } from '../../src/faces/preprocess.js';
import { startBackend } from '../../src/gpu/backend.js';
import { createClassifier } from '../../src/network/classifier.js';
import { loadModel } from '../../src/weights/loadModel.js';
import { WASM_FOLDER, type Contestant } from './contestant.js';

export async function loadOurs(): Promise<Contestant> {
  await startBackend('wasm', {
    wasmUrls: {
      plain: new URL(`${WASM_FOLDER}tfjs-backend-wasm.wasm`, location.href),
      simd: new URL(`${WASM_FOLDER}tfjs-backend-wasm-simd.wasm`, location.href),
    },
  });
  const { manifest, arrays } = await loadModel(new URL('/models/qcs-mobile/manifest.json', location.href));
  const classifier = await createClassifier(manifest, arrays);
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
