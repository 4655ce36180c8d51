/** Runs the engine in the page, where workers are blocked or not wanted. */
import { notReadable } from '../capture/frame.js';
import { type QcsError, RuntimeError } from '../errors.js';
import type { Explanation } from '../reading/explanation/explanation.js';
import type { BrowserEngine } from './browserEngine.js';
import type { EngineHost } from './engineHost.js';
import type { EngineConfig, FrameRequest } from './engineTypes.js';
import type { ExplainRequest } from './explainRequest.js';
import type { FrameObservation, LoadProgress } from './observation.js';

/**
 * @param note a sentence that says why the page does the work
 * @throws RuntimeError `assets-missing` where the server is out of reach; what the engine throws
 */
export async function startPageHost(
  config: EngineConfig,
  note: string,
  onProgress: (progress: LoadProgress) => void,
  signal?: AbortSignal,
): Promise<EngineHost> {
  // Loaded on demand: a page whose worker runs never downloads the engine itself.
  const { createBrowserEngine } = await import('./browserEngine.js').catch((cause: unknown) => {
    throw new RuntimeError(
      'assets-missing',
      'A part of the program could not be loaded. Check the connection to the server and try again.',
      { cause },
    );
  });
  return new PageHost(await createBrowserEngine(config, onProgress, signal === undefined ? {} : { signal }), note);
}

class PageHost implements EngineHost {
  readonly inWorker = false;
  private readonly engine: BrowserEngine;
  private readonly note: string;
  private readonly listeners = new Set<(error: QcsError | null) => void>();

  constructor(engine: BrowserEngine, note: string) {
    this.engine = engine;
    this.note = note;
    engine.onLost((error) => {
      for (const listener of this.listeners) listener(error);
    });
  }

  get backend() {
    const { name, reason } = this.engine.backend;
    return { name, reason: `${reason} ${this.note}` };
  }

  get model() {
    return this.engine.model;
  }

  async recognize(
    frame: ImageBitmap,
    request: FrameRequest,
    onPartial?: (observation: FrameObservation) => void,
  ): Promise<FrameObservation> {
    return withFrame(frame, () => this.engine.recognize(frame, request, onPartial));
  }

  async explain(frame: ImageBitmap, request: ExplainRequest): Promise<Explanation> {
    return withFrame(frame, () => this.engine.explain(frame, request));
  }

  forget(stream: string): void {
    this.engine.forget(stream);
  }

  onLost(listener: (error: QcsError | null) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  dispose(): Promise<void> {
    this.engine.dispose();
    this.listeners.clear();
    return Promise.resolve();
  }
}

async function withFrame<Result>(frame: ImageBitmap, look: () => Promise<Result>): Promise<Result> {
  try {
    return await look();
  } catch (error) {
    throw isSecurityError(error) ? notReadable(error) : error;
  } finally {
    frame.close();
  }
}

/** The engine's errors carry what the canvas said as their cause. */
function isSecurityError(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === 'SecurityError';
  return error instanceof Error && error.cause !== undefined && isSecurityError(error.cause);
}
