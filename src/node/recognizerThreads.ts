/** Recognisers in threads of their own, for many still pictures: each takes the next picture when it is done with one. */
import { RuntimeError } from '../errors.js';
import { disposedError } from '../inference/frameRequest.js';
import type { FrameObservation } from '../inference/observation.js';
import type { StillOptions } from '../inference/recognizer.js';
import { startThread, type ThreadModule } from '../plan/nodeWorker.js';
import type { LoadedModel } from '../weights/loadModel.js';
import { connect, type Connection } from '../worker/connect.js';
import type { NodeSource } from './readPicture.js';

const MODULE: ThreadModule = {
  built: './recognizer-thread.js',
  source: new URL('./recognizerThread.ts', import.meta.url),
};

export interface RecognizerThread {
  /** As a recogniser's, for still pictures. */
  recognize(source: NodeSource, options: StillOptions): Promise<FrameObservation>;
}

export class RecognizerThreads {
  private readonly members: readonly Connection<RecognizerThread>[];
  private readonly idle: Connection<RecognizerThread>[];
  private readonly waiting: ((member: Connection<RecognizerThread>) => void)[] = [];

  /** Threads start with the first picture that needs them. */
  constructor(loaded: LoadedModel, count: number) {
    this.members = Array.from({ length: count }, () =>
      connect<RecognizerThread>({
        start: () => startThread(MODULE, loaded),
        stopped: (reason) =>
          `The thread that read this picture has ended (${reason}). Use fewer threads or smaller pictures.`,
        disposed: disposedError().message,
      }),
    );
    this.idle = [...this.members];
  }

  /** @throws as a recogniser's; RuntimeError `no-backend` where no thread starts, `internal` where one ends over the picture */
  async recognize(source: NodeSource, options: StillOptions): Promise<FrameObservation> {
    const member = await this.take();
    try {
      return await member.api.recognize(source, options);
    } catch (cause) {
      if (!(cause instanceof RuntimeError) || cause.code !== 'worker-blocked') throw cause;
      throw new RuntimeError('no-backend', 'The threads that should read did not start. Use one thread.', { cause });
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.idle.push(member);
      else next(member);
    }
  }

  dispose(): void {
    for (const member of this.members) member.dispose();
  }

  /** An idle thread, best one that is there already, or the next that has nothing to do. */
  private async take(): Promise<Connection<RecognizerThread>> {
    const running = this.idle.findIndex(({ isRunning }) => isRunning);
    const [member] = this.idle.splice(Math.max(running, 0), 1);
    return (
      member ??
      new Promise((free) => {
        this.waiting.push(free);
      })
    );
  }
}
