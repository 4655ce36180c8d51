/** What runs in a thread of recognizerThreads.ts: a recogniser of its own. */
import { workerData } from 'node:worker_threads';
import { threadEndpoint } from '../plan/nodeWorker.js';
import type { LoadedModel } from '../weights/loadModel.js';
import { serve } from '../worker/serve.js';
import { openParts } from './parts.js';
import { recognizerOf } from './recognizer.js';
import type { RecognizerThread } from './recognizerThreads.js';

const recognizer = recognizerOf(await openParts(workerData as LoadedModel, 'wasm'));
serve<RecognizerThread>(
  { recognize: (source, options) => recognizer.recognize(source, { ...options, mode: 'still' }) },
  threadEndpoint(),
);
