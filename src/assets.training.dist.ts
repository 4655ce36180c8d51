/** The library's twin of assets.training.ts, emitted as it stands. */
import { assetAt, workerElsewhere } from './assets.dist.js';

export function exactWeights(): URL {
  return assetAt(
    'models/qcs-mobile/weights.safetensors',
    new URL('./models/qcs-mobile/weights.safetensors', import.meta.url),
  );
}

export function trainingWeights(): URL {
  return assetAt(
    'models/qcs-mobile/training.safetensors',
    new URL('./models/qcs-mobile/training.safetensors', import.meta.url),
  );
}

export function startTrainingWorker(): Worker {
  return (
    workerElsewhere('training-worker.js', 'qcs-train') ??
    new Worker(new URL('./training-worker.js', import.meta.url), { type: 'module', name: 'qcs-train' })
  );
}
