/** The library's twin of assets.recognizer.ts, emitted as it stands. */
import { workerElsewhere } from './assets.dist.js';

export function startRecognizerWorker(): Worker {
  return (
    workerElsewhere('recognizer-worker.js', 'qcs-fer') ??
    new Worker(new URL('./recognizer-worker.js', import.meta.url), { type: 'module', name: 'qcs-fer' })
  );
}
