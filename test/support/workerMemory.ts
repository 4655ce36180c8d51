import type { RecognizerApi } from '../../src/inference/protocol.js';
import type { FromWorker, ToWorker } from '../../src/worker/messages.js';

type Memory = Awaited<ReturnType<RecognizerApi['memory']>>;

/**
 * What TensorFlow.js holds in a recogniser's worker. It asks beside the page's own calls, whose numbers are above 0, and needs nothing of
 * this module's, so that a test can run it in its page.
 */
export async function workerMemory(worker: Worker): Promise<Memory> {
  return new Promise((resolve) => {
    const listen = ({ data }: MessageEvent<FromWorker>): void => {
      if (data.type !== 'answer' || data.call !== -1) return;
      worker.removeEventListener('message', listen);
      resolve(data.value as Memory);
    };
    worker.addEventListener('message', listen);
    const method: keyof RecognizerApi = 'memory';
    const question: ToWorker = { type: 'call', call: -1, method, args: [] };
    worker.postMessage(question, []);
  });
}
