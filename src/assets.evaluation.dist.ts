/** The library's twin of assets.evaluation.ts, emitted as it stands. */
import { workerElsewhere } from './assets.dist.js';

export function startEvaluationWorker(): Worker {
  return (
    workerElsewhere('evaluation-worker.js', 'qcs-evaluate') ??
    new Worker(new URL('./evaluation-worker.js', import.meta.url), { type: 'module', name: 'qcs-evaluate' })
  );
}
