/** What only training needs of the package's files: see assets.ts. */
import { assetAt } from './assets.js';

/** The shipped model's weights as training begins with them, more exact than those that recognising downloads. */
export function exactWeights(): URL {
  return assetAt('models/qcs-mobile/weights.safetensors');
}

/** What the shipped model's weights leave out, for training. */
export function trainingWeights(): URL {
  return assetAt('models/qcs-mobile/training.safetensors');
}

/** Starts the trainer's worker. Throws where the browser blocks it. */
export function startTrainingWorker(): Worker {
  return new Worker(new URL('./training/session/worker.ts', import.meta.url), { type: 'module', name: 'qcs-train' });
}
