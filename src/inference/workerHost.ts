/**
 * The page's side of the recogniser's worker. A worker that crashes or falls silent is replaced: calls under way are rejected, listeners
 * are told, and later calls wait for the new one.
 */
import { startRecognizerWorker } from '../assets.js';
import { notReadable } from '../capture/frame.js';
import { RuntimeError, asQcsError, deserializeError, type QcsError } from '../errors.js';
import type { BackendState } from './classifierHost.js';
import type { EngineHost } from './engineHost.js';
import type { EngineConfig, FrameRequest } from './engineTypes.js';
import type { FrameObservation, LoadProgress, ModelSummary } from './observation.js';
import { toPlainConfig, type FromWorker, type ToWorker } from './protocol.js';
import type { RecognizerStats } from './recognizer.js';

/** A worker that crashed more often than this is not started again. */
const MOST_RESTARTS = 3;
/** How often a working worker is asked for a sign of life, ms. */
const PING_EVERY = 5_000;
/** Pings without any answer after which a worker counts as hung: a minute, in which even a slow device ends its longest step. */
const MOST_SILENT_PINGS = 12;

interface PendingCall {
  readonly resolve: (value: FrameObservation | RecognizerStats) => void;
  readonly reject: (error: QcsError) => void;
}

interface Running {
  readonly worker: Worker;
  readonly backend: BackendState;
  readonly model: ModelSummary;
}

export class WorkerHost implements EngineHost {
  readonly inWorker = true;
  readonly model: ModelSummary;
  private readonly config: EngineConfig;
  private state: BackendState;
  private worker: Worker | undefined;
  private ready: Promise<void> = Promise.resolve();
  private readonly calls = new Map<number, PendingCall>();
  private readonly listeners = new Set<(error: QcsError | null) => void>();
  private lastCall = 0;
  private lastFaceId = 0;
  private restarts = 0;
  private silentPings = 0;
  private watchdog: ReturnType<typeof setInterval> | undefined;
  private disposed = false;

  private constructor(config: EngineConfig, running: Running) {
    this.config = config;
    this.model = running.model;
    this.state = running.backend;
    this.adopt(running.worker);
  }

  /** @throws RuntimeError `worker-blocked` where the browser does not let it run; else what the engine says while it starts */
  static async start(config: EngineConfig, onProgress: (progress: LoadProgress) => void): Promise<WorkerHost> {
    return new WorkerHost(config, await launch(config, onProgress));
  }

  get backend(): BackendState {
    return this.state;
  }

  async recognize(frame: ImageBitmap, request: FrameRequest): Promise<FrameObservation> {
    const observation = (await this.call(
      (call) => ({ type: 'recognize', call, frame, request }),
      frame,
    )) as FrameObservation;
    if (request.mode === 'live') {
      this.lastFaceId = observation.faces.reduce((last, { id }) => Math.max(last, id), this.lastFaceId);
    }
    return observation;
  }

  async stats(): Promise<RecognizerStats> {
    return (await this.call((call) => ({ type: 'stats', call }))) as RecognizerStats;
  }

  forget(stream: string): void {
    this.send({ type: 'forget', stream });
  }

  onLost(listener: (error: QcsError | null) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    this.listeners.clear();
    await this.ready.catch(() => undefined);
    this.stop(new RuntimeError('disposed', 'The recogniser was disposed. Create a new one.'));
  }

  private async call(
    message: (call: number) => ToWorker,
    frame?: ImageBitmap,
  ): Promise<FrameObservation | RecognizerStats> {
    try {
      await this.ready;
      const call = ++this.lastCall;
      return await new Promise((resolve, reject) => {
        this.calls.set(call, { resolve, reject });
        this.watch();
        try {
          this.send(message(call), frame);
        } catch (cause) {
          this.calls.delete(call);
          reject(notReadable(cause));
        }
      });
    } catch (error) {
      frame?.close();
      throw error;
    }
  }

  private send(message: ToWorker, frame?: ImageBitmap): void {
    this.worker?.postMessage(message, frame === undefined ? [] : [frame]);
  }

  private adopt(worker: Worker): void {
    this.worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      this.silentPings = 0;
      this.receive(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.crashed(event.message);
    });
    worker.addEventListener('messageerror', () => {
      this.crashed('a message could not be read');
    });
  }

  private receive(message: FromWorker): void {
    switch (message.type) {
      case 'observation':
        this.take(message.call)?.resolve(message.observation);
        return;
      case 'stats':
        this.take(message.call)?.resolve(message.stats);
        return;
      case 'failed': {
        const error = deserializeError(message.error);
        this.take(message.call)?.reject(error);
        // A detector that has failed does not come back, but another one may.
        if (error.code === 'detector-failed') this.crashed(error.message);
        return;
      }
      case 'lost':
        this.state = message.backend;
        this.tell(message.error === null ? null : deserializeError(message.error));
        return;
      case 'alive':
      case 'progress':
      case 'started':
      case 'start-failed':
      case 'pong':
      case 'disposed':
    }
  }

  private take(call: number): PendingCall | undefined {
    const pending = this.calls.get(call);
    this.calls.delete(call);
    if (this.calls.size === 0) this.unwatch();
    return pending;
  }

  private crashed(reason: string): void {
    if (this.disposed) return;
    const error = new RuntimeError('internal', 'The recogniser stopped unexpectedly and is started again.', {
      cause: new Error(reason),
    });
    this.stop(error);
    this.tell(error);
    this.ready = this.restart(reason);
    this.ready.catch(() => undefined);
  }

  private async restart(reason: string): Promise<void> {
    this.restarts += 1;
    try {
      if (this.restarts > MOST_RESTARTS) throw new Error(reason);
      const running = await launch({ ...this.config, firstId: this.lastFaceId + 1 }, () => undefined);
      if (this.disposed) {
        running.worker.terminate();
        return;
      }
      this.state = running.backend;
      this.adopt(running.worker);
      this.tell(null);
    } catch (cause) {
      const error = new RuntimeError(
        'internal',
        'The recogniser stopped and cannot be started again. Reload the page.',
        {
          cause: asQcsError(cause),
        },
      );
      this.tell(error);
      throw error;
    }
  }

  private stop(error: QcsError): void {
    this.unwatch();
    this.worker?.terminate();
    this.worker = undefined;
    for (const { reject } of this.calls.values()) reject(error);
    this.calls.clear();
  }

  private watch(): void {
    this.watchdog ??= setInterval(() => {
      this.silentPings += 1;
      if (this.silentPings > MOST_SILENT_PINGS) this.crashed('it gave no sign of life');
      else this.send({ type: 'ping' });
    }, PING_EVERY);
  }

  private unwatch(): void {
    clearInterval(this.watchdog);
    this.watchdog = undefined;
    this.silentPings = 0;
  }

  private tell(error: QcsError | null): void {
    for (const listener of this.listeners) listener(error);
  }
}

/** Starts a worker and its engine. */
async function launch(config: EngineConfig, onProgress: (progress: LoadProgress) => void): Promise<Running> {
  const worker = construct();
  const listening = new AbortController();
  const { signal } = listening;
  try {
    return await new Promise<Running>((resolve, reject) => {
      let alive = false;
      const onError = (event: ErrorEvent) => {
        event.preventDefault();
        const reason =
          event.message === undefined || event.message === '' ? 'the script was not let in' : event.message;
        reject(
          alive ? new RuntimeError('internal', `The recogniser failed: ${reason}. Reload the page.`) : blocked(reason),
        );
      };
      const onMessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.type === 'alive') alive = true;
        if (data.type === 'progress') onProgress(data.progress);
        if (data.type === 'started') resolve({ worker, backend: data.backend, model: data.model });
        if (data.type === 'start-failed') reject(deserializeError(data.error));
      };
      worker.addEventListener('error', onError, { signal });
      worker.addEventListener('message', onMessage, { signal });
      worker.postMessage({ type: 'start', config: toPlainConfig(config) } satisfies ToWorker, []);
    });
  } catch (error) {
    worker.terminate();
    throw error;
  } finally {
    listening.abort();
  }
}

function construct(): Worker {
  try {
    return startRecognizerWorker();
  } catch (cause) {
    throw blocked(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function blocked(reason: string, cause?: unknown): RuntimeError {
  return new RuntimeError('worker-blocked', `The browser does not let the worker start (${reason}).`, { cause });
}
