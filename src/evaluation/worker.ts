/** The evaluation's worker: keeps the page free while thousands of images run. */
import { serializeError } from '../errors.js';
import type { FromWorker, ToWorker } from './protocol.js';
import { EvaluationSession } from './session.js';
import type { NamedBlob } from '../storage/namedFiles.js';

const session = new EvaluationSession();
let running = new AbortController();
/** Files of a data set that is being sent. */
const arrived: NamedBlob[] = [];

function post(message: FromWorker): void {
  globalThis.postMessage(message, { transfer: [] });
}

globalThis.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'cancel') running.abort();
  else if (data.type === 'files') arrived.push(...data.files);
  else void answer(data);
});

async function answer(message: Exclude<ToWorker, { type: 'cancel' | 'files' }>): Promise<void> {
  const { call } = message;
  try {
    if (message.type === 'open') {
      post({ type: 'surveyed', call, survey: await session.open(arrived.splice(0), message.rule) });
    } else if (message.type === 'survey') {
      post({ type: 'surveyed', call, survey: await session.survey(message.rule) });
    } else if (message.type === 'image') {
      post({ type: 'image', call, blob: await session.image(message.name) });
    } else {
      running = new AbortController();
      const wasm = { plain: new URL(message.wasm.plain), simd: new URL(message.wasm.simd) };
      const outcome = await session.run(message.request, wasm, throttled(), running.signal);
      post({ type: 'finished', call, outcome });
    }
  } catch (error) {
    if (running.signal.aborted && error === running.signal.reason) post({ type: 'cancelled', call });
    else post({ type: 'failed', call, error: serializeError(error) });
  }
}

const PROGRESS_INTERVAL_MS = 100;

/** Hashing reports thousands of times a second; a page needs to hear of ten. */
function throttled(): (progress: Extract<FromWorker, { type: 'progress' }>['progress']) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (progress.done < progress.total && now - last < PROGRESS_INTERVAL_MS) return;
    last = now;
    post({ type: 'progress', progress });
  };
}
