/** What runs in a thread of the recogniser: a copy of the model on its own kernels. */
import { RuntimeError } from '../../errors.js';
import type { Classifier } from '../../network/classifier.js';
import { createPlanClassifier } from '../../plan/classifier.js';
import { fetchKernels } from '../../plan/startClassifier.js';
import type { KernelUrls } from '../../plan/wasm/module.js';
import type { Served } from '../../worker/serve.js';
import type { LoadedModel } from '../../weights/loadModel.js';

export interface ThreadApi {
  /** Puts a copy of the model on the kernels: once, before all else. Throws as `createPlanClassifier`. */
  readonly startThread: (model: LoadedModel, kernels: KernelUrls) => Promise<void>;
  /** Logits `[count, classes]` of crops, as `Classifier.logits`. */
  readonly readCrops: (crops: Float32Array, count: number) => Promise<Float32Array>;
}

let classifier: Classifier | undefined;

export const threadApi: Served<ThreadApi> = {
  startThread: async ({ manifest, arrays }, kernels) => {
    ({ classifier } = await createPlanClassifier(manifest, arrays, fetchKernels(kernels)));
  },
  readCrops: (crops, count) => {
    if (classifier === undefined) throw new RuntimeError('internal', 'The thread has not started. Reload the page.');
    return classifier.logits(crops, count);
  },
};
