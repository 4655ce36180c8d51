/** What only the conversion of models needs of the package's files: see assets.ts. */
/** Starts the worker that reads, converts and keeps models. Throws where the browser blocks it. */
export function startModelsWorker(): Worker {
  return new Worker(new URL('./models/worker.ts', import.meta.url), { type: 'module', name: 'qcs-models' });
}
