/** The recogniser's worker: owns MediaPipe, the backend and the model, and answers the page. */
import { RuntimeError, serializeError } from '../errors.js';
import { RecognitionEngine } from './engine.js';
import { fromPlainConfig, type FromWorker, type PlainConfig, type ToWorker } from './protocol.js';

let engine: RecognitionEngine | undefined;

function post(message: FromWorker): void {
  globalThis.postMessage(message, { transfer: [] });
}

globalThis.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  void answer(data);
});
post({ type: 'alive' });

async function answer(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'start':
      return start(message.config);
    case 'recognize':
      return recognize(message);
    case 'stats':
      return reply(message.call, () => {
        post({ type: 'stats', call: message.call, stats: running().stats() });
      });
    case 'forget':
      engine?.forget(message.stream);
      return;
    case 'ping':
      post({ type: 'pong' });
      return;
    case 'dispose':
      engine?.dispose();
      engine = undefined;
      post({ type: 'disposed' });
  }
}

async function start(config: PlainConfig): Promise<void> {
  try {
    requireWorkerFeatures();
    const created = await RecognitionEngine.create(fromPlainConfig(config), (progress) => {
      post({ type: 'progress', progress });
    });
    engine = created;
    created.onLost((error) => {
      post({ type: 'lost', error: error === null ? null : serializeError(error), backend: created.backend });
    });
    post({ type: 'started', backend: created.backend, model: created.model });
  } catch (error) {
    post({ type: 'start-failed', error: serializeError(error) });
  }
}

/** MediaPipe needs WebGL on a worker's canvas, which some browsers give to pages only. */
function requireWorkerFeatures(): void {
  const context = typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(1, 1).getContext('webgl2');
  if (context === null) {
    throw new RuntimeError('worker-blocked', 'This browser gives workers no canvas with WebGL.');
  }
  context.getExtension('WEBGL_lose_context')?.loseContext();
}

async function recognize({ call, frame, request }: Extract<ToWorker, { type: 'recognize' }>): Promise<void> {
  try {
    await reply(call, async () => {
      post({ type: 'observation', call, observation: await running().recognize(frame, request) });
    });
  } finally {
    frame.close();
  }
}

async function reply(call: number, work: () => void | Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    post({ type: 'failed', call, error: serializeError(error) });
  }
}

function running(): RecognitionEngine {
  if (engine === undefined) throw new RuntimeError('disposed', 'The recogniser was disposed. Create a new one.');
  return engine;
}
