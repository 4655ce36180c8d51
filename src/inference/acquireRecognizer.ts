/** One recogniser for all elements of a page that want the same: same model, same backend, same place. */
import { absoluteUrl } from '../worker/absoluteUrl.js';
import { createRecognizer } from './createRecognizer.js';
import type { LoadProgress } from './observation.js';
import type { Recognizer, RecognizerOptions } from './recognizer.js';

interface Shared {
  readonly recognizer: Promise<Recognizer>;
  readonly listeners: Set<(progress: LoadProgress) => void>;
  latest: LoadProgress | undefined;
  users: number;
}

const shared = new Map<string, Shared>();

/**
 * As `createRecognizer`, but callers with equal `model`, `backend` and `worker` share one. Each caller's `dispose` gives its share back,
 * and the last one ends the recogniser. A recogniser that failed to start is forgotten, so that the next call tries again.
 */
export async function acquireRecognizer(options: RecognizerOptions = {}): Promise<Recognizer> {
  const key = keyOf(options);
  const entry = shared.get(key) ?? begin(key, options);
  entry.users += 1;
  const { onProgress } = options;
  if (onProgress !== undefined) {
    entry.listeners.add(onProgress);
    if (entry.latest !== undefined) onProgress(entry.latest);
  }
  try {
    return share(await entry.recognizer, () => release(key, entry));
  } catch (error) {
    if (shared.get(key) === entry) shared.delete(key);
    throw error;
  } finally {
    if (onProgress !== undefined) entry.listeners.delete(onProgress);
  }
}

function begin(key: string, options: RecognizerOptions): Shared {
  const listeners = new Set<(progress: LoadProgress) => void>();
  const entry: Shared = {
    listeners,
    latest: undefined,
    users: 0,
    recognizer: createRecognizer({
      ...options,
      onProgress: (progress) => {
        entry.latest = progress;
        for (const listener of listeners) listener(progress);
      },
    }),
  };
  shared.set(key, entry);
  return entry;
}

async function release(key: string, entry: Shared): Promise<void> {
  entry.users -= 1;
  if (entry.users > 0) return;
  if (shared.get(key) === entry) shared.delete(key);
  await (await entry.recognizer).dispose();
}

function keyOf({ model, backend = 'auto', worker = true }: RecognizerOptions): string {
  const url = model === undefined ? '' : absoluteUrl(model).href;
  return JSON.stringify([url, backend, worker]);
}

/** The same recogniser with a `dispose` of this caller's own, which counts once. */
function share(recognizer: Recognizer, giveBack: () => Promise<void>): Recognizer {
  let given: Promise<void> | undefined;
  return {
    get backend() {
      return recognizer.backend;
    },
    get backendReason() {
      return recognizer.backendReason;
    },
    get model() {
      return recognizer.model;
    },
    get inWorker() {
      return recognizer.inWorker;
    },
    recognize: (source, options) => recognizer.recognize(source, options),
    forget: (stream) => {
      recognizer.forget(stream);
    },
    onLost: (listener) => recognizer.onLost(listener),
    dispose: () => (given ??= giveBack()),
  };
}
