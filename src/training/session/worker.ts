/** The trainer's worker: keeps the data set and trains, so that the page stays free. */
import '../../gpu/gradients.js';
import { serializeError } from '../../errors.js';
import type { FromWorker, ToWorker } from './protocol.js';
import { TrainingSession } from './session.js';

function post(message: FromWorker): void {
  globalThis.postMessage(message, { transfer: [] });
}

const session = new TrainingSession(post);

globalThis.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'control') session.control(data.action);
  else void answer(data);
});

async function answer(message: Exclude<ToWorker, { type: 'control' }>): Promise<void> {
  const { call } = message;
  try {
    post({ type: 'reply', call, value: await session.answer(message) });
  } catch (error) {
    post({ type: 'failed', call, error: serializeError(error) });
  }
}
