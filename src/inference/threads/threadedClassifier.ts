/**
 * Many faces on many cores: crops are shared out over workers that are started when the first crowd is seen, and end when there was none for a
 * while. One or two faces are read where they were, which is faster than to send them away.
 */
import { RuntimeError } from '../../errors.js';
import type { Classifier } from '../../network/classifier.js';
import type { KernelUrls } from '../../plan/wasm/module.js';
import { type Reader, shareOut } from '../../plan/shareOut.js';
import type { LoadedModel } from '../../weights/loadModel.js';
import { connect, type Connection } from '../../worker/connect.js';
import type { ThreadApi } from './thread.js';

/** Fewer crops than this are no crowd. */
const CROWD = 4;
/** More copies of the model than this take more memory than they are worth. */
const MOST_THREADS = 4;
/** ms */
const IDLE = 60_000;
const ENDED = 'The threads that read many faces were ended.';

export interface ThreadOptions {
  /** Starts one worker that serves a {@link ThreadApi}. */
  readonly start: () => Worker;
  /** How many copies read a crowd, this one counted. */
  readonly threads: number;
}

/** How many copies are worth it on this machine: one core stays free for the page. */
export function usefulThreads(): number {
  if (typeof Worker === 'undefined') return 1;
  return Math.max(1, Math.min(MOST_THREADS, navigator.hardwareConcurrency));
}

export class ThreadedClassifier implements Classifier {
  readonly inputChannels: 1 | 3;
  private others: readonly Connection<ThreadApi>[] = [];
  /** Whether the others have the model. */
  private ready = false;
  /** A browser that let no thread run is not asked again. */
  private refused = false;
  private disposed = false;
  private idle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly own: Classifier,
    private readonly model: LoadedModel,
    private readonly kernels: KernelUrls,
    private readonly options: ThreadOptions,
  ) {
    this.inputChannels = own.inputChannels;
  }

  async logits(crops: Float32Array, count: number): Promise<Float32Array> {
    if (count < CROWD || this.disposed) return this.own.logits(crops, count);
    this.stayAwake();
    if (!this.ready) return this.own.logits(crops, count);
    const here: Reader = (ours, ourCount) => this.own.logits(ours, ourCount);
    const there = this.others.map(
      ({ api }): Reader =>
        (theirs, theirCount) =>
          api.readCrops(theirs, theirCount),
    );
    try {
      return await shareOut([here, ...there], crops, count);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      this.giveUp();
      return this.own.logits(crops, count);
    }
  }

  dispose(): void {
    this.disposed = true;
    this.end();
    this.own.dispose();
  }

  /** Starts the others where they do not run, without keeping anybody waiting, and puts off their end. */
  private stayAwake(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.end(), IDLE);
    if (this.refused || this.others.length > 0) return;
    const others = Array.from({ length: this.options.threads - 1 }, () => this.connect());
    this.others = others;
    void this.prepare(others);
  }

  private async prepare(others: readonly Connection<ThreadApi>[]): Promise<void> {
    try {
      await Promise.all(others.map(({ api }) => api.startThread(this.model, this.kernels)));
      if (this.others === others) this.ready = true;
    } catch {
      if (this.others === others) this.giveUp();
    }
  }

  private connect(): Connection<ThreadApi> {
    return connect<ThreadApi>({
      start: this.options.start,
      stopped: (reason) => `A thread that reads faces failed: ${reason}.`,
      disposed: ENDED,
      prompt: ['readCrops'],
      mostRestarts: 0,
    });
  }

  private giveUp(): void {
    this.refused = true;
    this.end();
  }

  private end(): void {
    clearTimeout(this.idle);
    const ended = this.others;
    this.others = [];
    this.ready = false;
    for (const other of ended) other.dispose();
  }
}
