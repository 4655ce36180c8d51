/** One recogniser for all elements of a page that want the same: same model, same backend, same place. */
import { absoluteUrl } from '../worker/absoluteUrl.js';
import { createRecognizer } from './createRecognizer.js';
import type { LoadProgress } from './observation.js';
import type { Recognizer, RecognizerOptions } from './recognizer.js';

interface Shared {
  readonly recognizer: Promise<Recognizer>;
  readonly listeners: Set<(progress: LoadProgress) => void>;
  /** Ends the loading. */
  readonly loading: AbortController;
  latest: LoadProgress | undefined;
  users: number;
}

const shared = new Map<string, Shared>();

/**
 * As `createRecognizer`, but callers with equal `model`, `backend`, `detector`, `muscles` and `worker` share one. Each caller's `dispose` gives its share back,
 * and the last one ends the recogniser. A caller whose signal is aborted while it waits leaves; when none is left, loading ends. A recogniser
 * that failed to start is forgotten, so that the next call tries again.
 */
export async function acquireRecognizer(options: RecognizerOptions = {}): Promise<Recognizer> {
  const { onProgress, signal } = options;
  signal?.throwIfAborted();
  const key = keyOf(options);
  const entry = shared.get(key) ?? begin(key, options);
  entry.users += 1;
  if (onProgress !== undefined) {
    entry.listeners.add(onProgress);
    if (entry.latest !== undefined) onProgress(entry.latest);
  }
  try {
    return share(await orAborted(entry.recognizer, signal), () => release(key, entry));
  } catch (error) {
    if (signal?.aborted === true) leave(key, entry);
    else forget(key, entry);
    throw error;
  } finally {
    if (onProgress !== undefined) entry.listeners.delete(onProgress);
  }
}

/** The result, or the signal's reason as soon as it is aborted. */
async function orAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return result;
  const ended = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: ended.signal });
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    ended.abort();
  }
}

function begin(key: string, options: RecognizerOptions): Shared {
  const listeners = new Set<(progress: LoadProgress) => void>();
  const loading = new AbortController();
  const entry: Shared = {
    listeners,
    loading,
    latest: undefined,
    users: 0,
    recognizer: createRecognizer({
      ...options,
      signal: loading.signal,
      onProgress: (progress) => {
        entry.latest = progress;
        for (const listener of listeners) listener(progress);
      },
    }),
  };
  shared.set(key, entry);
  return entry;
}

/** A caller goes before the recogniser is ready. */
function leave(key: string, entry: Shared): void {
  entry.recognizer.catch(() => undefined);
  void release(key, entry).catch(() => undefined);
}

async function release(key: string, entry: Shared): Promise<void> {
  entry.users -= 1;
  if (entry.users > 0) return;
  forget(key, entry);
  // Nothing is left to end where it was still loading.
  entry.loading.abort();
  await (await entry.recognizer).dispose();
}

function forget(key: string, entry: Shared): void {
  if (shared.get(key) === entry) shared.delete(key);
}

function keyOf({
  model,
  backend = 'auto',
  detector = 'kernels',
  muscles = false,
  worker = true,
}: RecognizerOptions): string {
  const url = model === undefined ? '' : absoluteUrl(model).href;
  return JSON.stringify([url, backend, detector, muscles, worker]);
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
    explain: (face, source, options) => recognizer.explain(face, source, options),
    forget: (stream) => {
      recognizer.forget(stream);
    },
    onLost: (listener) => recognizer.onLost(listener),
    dispose: () => (given ??= giveBack()),
  };
}
