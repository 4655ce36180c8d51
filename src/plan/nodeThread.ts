/** What runs in a thread of nodeThreads.ts: the model on its own kernels. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Manifest } from '../weights/manifest.js';
import type { NamedArrays } from '../weights/namedArray.js';
import { createPlanClassifier } from './classifier.js';
import { readKernels } from './nodeKernels.js';

export interface ThreadStart {
  readonly manifest: Manifest;
  readonly arrays: NamedArrays;
}

export interface ThreadQuestion {
  /** From 1. */
  readonly id: number;
  readonly crops: Float32Array;
  readonly count: number;
}

/** `id` 0 says that the thread is ready. */
export type ThreadAnswer =
  { readonly id: number; readonly logits: Float32Array } | { readonly id: number; readonly error: string };

const { manifest, arrays } = workerData as ThreadStart;
const { classifier } = await createPlanClassifier(manifest, arrays, readKernels);

function answer(given: ThreadAnswer): void {
  parentPort?.postMessage(given, 'logits' in given ? [given.logits.buffer as ArrayBuffer] : []);
}

parentPort?.on('message', ({ id, crops, count }: ThreadQuestion) => {
  void classifier.logits(crops, count).then(
    (logits) => answer({ id, logits }),
    (error: unknown) => answer({ id, error: String(error) }),
  );
});
answer({ id: 0, logits: new Float32Array(0) });
