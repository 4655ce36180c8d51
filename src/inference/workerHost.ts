/**
 * The page's side of the recogniser's worker. A worker that crashes or falls silent is replaced: calls under way are rejected, listeners
 * are told, and later calls wait for the new one.
 */
import { startRecognizerWorker } from '../assets.recognizer.js';
import { notReadable } from '../capture/frame.js';
import { asQcsError, RuntimeError, type QcsError } from '../errors.js';
import type { Explanation } from '../reading/explanation/explanation.js';
import { fetchEarly, type FileNews } from '../weights/earlyFiles.js';
import { handOver, progress } from '../worker/arguments.js';
import { connect, type Connection } from '../worker/connect.js';
import type { BackendState } from './cropClassifier.js';
import type { EngineHost } from './engineHost.js';
import type { EngineConfig, FrameRequest } from './engineTypes.js';
import type { ExplainRequest } from './explainRequest.js';
import type { FrameObservation, LoadProgress, ModelSummary } from './observation.js';
import type { RecognizerApi } from './protocol.js';
import { wantedFiles } from './wantedFiles.js';

/** A worker that crashed more often than this is not started again. */
const MOST_RESTARTS = 3;
const DISPOSED = 'The recogniser was disposed. Create a new one.';

export class WorkerHost implements EngineHost {
  readonly inWorker = true;
  private readonly connection = connect<RecognizerApi>({
    start: startRecognizerWorker,
    stopped: (reason) =>
      this.running === undefined
        ? `The recogniser failed: ${reason}. Reload the page.`
        : 'The recogniser stopped unexpectedly and is started again.',
    disposed: DISPOSED,
    prompt: ['hear', 'recognize', 'explain', 'forget', 'memory'],
    mostRestarts: MOST_RESTARTS,
    onStopped: (error) => this.stopped(error),
  });
  /** As they were told last. */
  private running: { readonly backend: BackendState; readonly model: ModelSummary } | undefined;
  /** Settles when the engine has started, the last time that it had to. */
  private ready: Promise<void>;
  private isStarting = true;
  private readonly listeners = new Set<(error: QcsError | null) => void>();
  private lastFaceId = 0;
  private disposed = false;

  private constructor(
    private readonly config: EngineConfig,
    onProgress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ) {
    const wanted = wantedFiles(config);
    this.ready = this.startEngine(
      config,
      onProgress,
      wanted.map(({ url }) => url),
    );
    // From here, for the worker's own code is still to come.
    fetchEarly(wanted, signal, (url, news) => this.pass(url, news));
  }

  /**
   * @param signal ends the worker while it starts, and its requests with it
   * @throws RuntimeError `worker-blocked` where the browser does not let it run; else what the engine says while it starts
   */
  static async start(
    config: EngineConfig,
    onProgress: (progress: LoadProgress) => void,
    signal?: AbortSignal,
  ): Promise<WorkerHost> {
    const ended = new AbortController();
    const host = new WorkerHost(config, onProgress, ended.signal);
    const end = (): void => {
      ended.abort();
      host.connection.dispose();
    };
    signal?.addEventListener('abort', end);
    try {
      await host.ready;
      return host;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      ended.abort();
      signal?.removeEventListener('abort', end);
    }
  }

  get backend(): BackendState {
    return this.running!.backend;
  }

  get model(): ModelSummary {
    return this.running!.model;
  }

  async recognize(
    frame: ImageBitmap,
    request: FrameRequest,
    onPartial?: (observation: FrameObservation) => void,
  ): Promise<FrameObservation> {
    const observation = await this.withFrame(frame, (api) =>
      api.recognize(handOver(frame), request, ...(onPartial === undefined ? [] : [progress(onPartial)])),
    );
    if (request.mode === 'live') {
      this.lastFaceId = observation.faces.reduce((last, { id }) => Math.max(last, id), this.lastFaceId);
    }
    return observation;
  }

  explain(frame: ImageBitmap, request: ExplainRequest): Promise<Explanation> {
    return this.withFrame(frame, (api) => api.explain(handOver(frame), request));
  }

  private async withFrame<Result>(
    frame: ImageBitmap,
    look: (api: Connection<RecognizerApi>['api']) => Promise<Result>,
  ): Promise<Result> {
    try {
      await this.ready;
      if (this.disposed) throw new RuntimeError('disposed', DISPOSED);
      return await look(this.connection.api);
    } catch (error) {
      frame.close();
      if (error instanceof DOMException && error.name === 'DataCloneError') throw notReadable(error);
      // A detector that has failed does not come back, but another one may.
      if (error instanceof RuntimeError && error.code === 'detector-failed') this.connection.giveUp(error.message);
      throw error;
    }
  }

  forget(stream: string): void {
    // A worker that ends meanwhile has forgotten.
    if (this.connection.isRunning) this.connection.api.forget(stream).catch(() => undefined);
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
    this.connection.dispose();
  }

  /** What becomes of a file that the worker waits for. */
  private pass(url: URL, news: FileNews): void {
    if (!this.connection.isRunning) return;
    const { api } = this.connection;
    api.hear(url, news instanceof ArrayBuffer ? handOver(news) : news).catch(() => undefined);
  }

  private async startEngine(
    config: EngineConfig,
    onProgress: (progress: LoadProgress) => void,
    ...coming: [(readonly URL[])?]
  ): Promise<void> {
    this.isStarting = true;
    try {
      const onLost = (error: QcsError | null, backend: BackendState): void => {
        this.running = { backend, model: this.model };
        this.tell(error);
      };
      this.running = await this.connection.api.start(config, onProgress, onLost, ...coming);
    } catch (error) {
      this.connection.dispose();
      throw error;
    } finally {
      this.isStarting = false;
    }
  }

  private stopped(crash: RuntimeError): void {
    // While it starts, the call that starts it says so.
    if (this.isStarting || this.disposed) return;
    this.tell(crash);
    this.ready = this.restart();
    this.ready.catch(() => undefined);
  }

  private async restart(): Promise<void> {
    try {
      await this.startEngine({ ...this.config, firstId: this.lastFaceId + 1 }, () => undefined);
      this.tell(null);
    } catch (cause) {
      const error = new RuntimeError(
        'internal',
        'The recogniser stopped and cannot be started again. Reload the page.',
        { cause: asQcsError(cause) },
      );
      this.tell(error);
      throw error;
    }
  }

  private tell(error: QcsError | null): void {
    for (const listener of this.listeners) listener(error);
  }
}
