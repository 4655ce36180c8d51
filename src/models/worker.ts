/** The worker that converts models: hundreds of megabytes go through it while the page stays free. */
import { serializeError } from '../errors.js';
import { convertAndStore, importModel, surveyTensorFile } from './conversion.js';
import { ModelStore } from './modelStore.js';
import type { FromWorker, ToWorker } from './protocol.js';

const PROGRESS_INTERVAL_MS = 100;

let running = new AbortController();

function post(message: FromWorker): void {
  globalThis.postMessage(message, { transfer: [] });
}

globalThis.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'cancel') running.abort();
  else void answer(data);
});

async function answer(message: Exclude<ToWorker, { type: 'cancel' }>): Promise<void> {
  const { call } = message;
  try {
    post(await work(message));
  } catch (error) {
    if (running.signal.aborted && error === running.signal.reason) post({ type: 'cancelled', call });
    else post({ type: 'failed', call, error: serializeError(error) });
  }
}

async function work(message: Exclude<ToWorker, { type: 'cancel' }>): Promise<FromWorker> {
  const { type, call } = message;
  if (type === 'survey') return { type: 'surveyed', call, survey: await surveyTensorFile(message.name, message.blob) };
  const store = await ModelStore.open();
  if (type === 'import') return { type: 'imported', call, model: await importModel(message.offered, store) };
  running = new AbortController();
  const outcome = await convertAndStore(message.request, store, progressOf(call), running.signal);
  return { type: 'converted', call, outcome };
}

/** A page needs to hear of progress ten times a second, not for every tensor. */
function progressOf(call: number): (share: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (share) => {
    const now = performance.now();
    if (share < 1 && now - last < PROGRESS_INTERVAL_MS) return;
    last = now;
    post({ type: 'progress', call, share });
  };
}
