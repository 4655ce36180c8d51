/** The recogniser's worker: owns MediaPipe, the backend and the model. */
import { engine as tensorEngine } from '@tensorflow/tfjs-core';
import { RuntimeError } from '../errors.js';
import { serve } from '../worker/serve.js';
import { createBrowserEngine, type BrowserEngine } from './browserEngine.js';
import type { RecognizerApi } from './protocol.js';
import { threadApi } from './threads/thread.js';

let engine: BrowserEngine | undefined;

serve<RecognizerApi>({
  ...threadApi,
  start: async (config, onProgress, onLost) => {
    requireWorkerFeatures();
    const started = await createBrowserEngine(config, onProgress, { startThread: startAnother });
    started.onLost((error) => onLost(error, started.backend));
    engine = started;
    return { backend: started.backend, model: started.model };
  },
  recognize: async (frame, request) => {
    try {
      if (engine === undefined) throw new RuntimeError('internal', 'The recogniser has not started. Reload the page.');
      return await engine.recognize(frame, request);
    } finally {
      frame.close();
    }
  },
  forget: (stream) => engine?.forget(stream),
  memory: () => {
    // The backend itself may never have been started.
    const { numTensors, numBytes } = tensorEngine().state;
    return { tensors: numTensors, bytes: numBytes };
  },
});

/** Another worker of this very script, wherever a bundler or a blob has put it. */
function startAnother(): Worker {
  return new Worker(self.location.href, { type: isModule() ? 'module' : 'classic', name: 'qcs-recognise-thread' });
}

/** Some bundlers make classic workers of modules; only those may import scripts, be it none. */
function isModule(): boolean {
  try {
    const { importScripts } = self as { readonly importScripts?: () => void };
    importScripts?.();
    return importScripts === undefined;
  } catch {
    return true;
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
