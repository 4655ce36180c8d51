/** What runs in a thread of nodeThreads.ts: the model on its own kernels. */
import { workerData } from 'node:worker_threads';
import type { LoadedModel } from '../weights/loadModel.js';
import { serve } from '../worker/serve.js';
import { createPlanClassifier } from './classifier.js';
import { readKernels } from './nodeKernels.js';
import { threadEndpoint } from './nodeWorker.js';

export interface CropThread {
  /** Answers when the model can compute. */
  ready(): Promise<void>;
  /** As a classifier's. */
  logits(crops: Float32Array, count: number): Promise<Float32Array>;
}

const { manifest, arrays } = workerData as LoadedModel;
const { classifier } = await createPlanClassifier(manifest, arrays, readKernels);
serve<CropThread>(
  { ready: () => undefined, logits: (crops, count) => classifier.logits(crops, count) },
  threadEndpoint(),
);
