/** One model on several threads of Node: crops are shared out, and answers come back in their order whatever thread gave them. */
import { RuntimeError } from '../errors.js';
import type { Classifier } from '../network/classifier.js';
import type { LoadedModel } from '../weights/loadModel.js';
import { connect } from '../worker/connect.js';
import type { CropThread } from './nodeCropThread.js';
import { startThread, type ThreadModule } from './nodeWorker.js';
import { type Reader, shareOut } from './shareOut.js';

const MODULE: ThreadModule = {
  built: './classifier-thread.js',
  source: new URL('./nodeCropThread.ts', import.meta.url),
};

/**
 * Starts `threads` threads with a copy of the model each.
 * @throws RuntimeError `no-backend` where a thread cannot start, or no kernels run in it
 */
export async function startThreads(loaded: LoadedModel, threads: number, inputChannels: 1 | 3): Promise<Classifier> {
  const members = Array.from({ length: threads }, () =>
    connect<CropThread>({
      start: () => startThread(MODULE, loaded),
      stopped: (reason) => `A thread that computed has ended (${reason}). Use fewer --threads.`,
      disposed: 'The model was disposed. Load it again.',
    }),
  );
  const dispose = (): void => {
    for (const member of members) member.dispose();
  };
  try {
    await Promise.all(members.map(async ({ api }) => api.ready()));
  } catch (cause) {
    dispose();
    throw new RuntimeError('no-backend', 'The threads that should compute did not start. Use --threads 1.', { cause });
  }
  const readers = members.map(
    ({ api }): Reader =>
      (crops, count) =>
        api.logits(crops, count),
  );
  return {
    inputChannels,
    logits: (crops, count) => shareOut(readers, crops, count),
    dispose,
  };
}
