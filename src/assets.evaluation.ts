/** What only an evaluation needs of the package's files: see assets.ts. */
/** Starts the worker of the Evaluate tab. Throws where the browser blocks it. */
export function startEvaluationWorker(): Worker {
  return new Worker(new URL('./evaluation/worker.ts', import.meta.url), { type: 'module', name: 'qcs-evaluate' });
}
