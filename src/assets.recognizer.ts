/** What only a recogniser needs of the package's files: see assets.ts. */
/** Starts the recogniser's worker. Throws where the browser blocks it. */
export function startRecognizerWorker(): Worker {
  return new Worker(new URL('./inference/worker.ts', import.meta.url), { type: 'module', name: 'qcs-fer' });
}
