/** The library's twin of assets.models.ts, emitted as it stands. */
import { workerElsewhere } from './assets.dist.js';

export function startModelsWorker(): Worker {
  return (
    workerElsewhere('models-worker.js', 'qcs-models') ??
    new Worker(new URL('./models-worker.js', import.meta.url), { type: 'module', name: 'qcs-models' })
  );
}
