/** The recogniser's worker: owns the detector, the backend and the model. */
import { engine as tensorEngine } from '@tensorflow/tfjs-core';
import { RuntimeError } from '../errors.js';
import { EarlyFiles } from '../weights/earlyFiles.js';
import { serve } from '../worker/serve.js';
import { createBrowserEngine, type BrowserEngine } from './browserEngine.js';
import type { DetectionPreference } from './observation.js';
import type { RecognizerApi } from './protocol.js';
import { threadApi } from './threads/thread.js';

let engine: BrowserEngine | undefined;
/** What the page fetches for the engine while this worker's modules are loaded. */
let early: EarlyFiles | undefined;

serve<RecognizerApi>({
  ...threadApi,
  start: async (config, onProgress, onLost, coming) => {
    requireWorkerFeatures(config.detection);
    if (coming !== undefined) early = new EarlyFiles(coming);
    try {
      engine = await createBrowserEngine(config, onProgress, {
        startThread: startAnother,
        ...(early === undefined ? {} : { early }),
      });
    } finally {
      // Its files are in the engine's memory by now.
      early = undefined;
    }
    const { backend, model } = engine;
    engine.onLost((error) => onLost(error, running().backend));
    return { backend, model };
  },
  hear: (url, news) => early?.hear(url, news),
  recognize: async (frame, request, onPartial) => {
    try {
      return await running().recognize(frame, request, onPartial);
    } finally {
      frame.close();
    }
  },
  explain: async (frame, request) => {
    try {
      return await running().explain(frame, request);
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

function running(): BrowserEngine {
  if (engine === undefined) throw new RuntimeError('internal', 'The recogniser has not started. Reload the page.');
  return engine;
}

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

/** Frames are read by a canvas; MediaPipe needs WebGL on it, which some browsers give to pages only. */
function requireWorkerFeatures(detection: DetectionPreference): void {
  const canvas = typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(1, 1);
  if (detection === 'kernels') {
    if (!canvas?.getContext('2d')) {
      throw new RuntimeError('worker-blocked', 'This browser gives workers no canvas.');
    }
    return;
  }
  const context = canvas?.getContext('webgl2');
  if (!context) throw new RuntimeError('worker-blocked', 'This browser gives workers no canvas with WebGL.');
  context.getExtension('WEBGL_lose_context')?.loseContext();
}
