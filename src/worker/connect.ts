/**
 * The page's side: calls into a worker as if its API were here. Not Comlink 4.4.2 (1.1 kB gzipped, Apache-2.0): its callbacks may arrive
 * after the answer, its errors lose their code, calls into a dead worker wait for ever, and signals are left to its user.
 */
import { RuntimeError } from '../errors.js';
import { WorkerLink, type WorkerEndpoint } from './workerLink.js';

export interface ConnectOptions<Api> {
  readonly start: () => WorkerEndpoint;
  /** Says that the worker stopped by itself, and what to do. */
  readonly stopped: (reason: string) => string;
  /** Says that the page ended the worker, and what to do. */
  readonly disposed: string;
  /** Methods that work in steps of a moment: a worker that is silent for longer meanwhile counts as hung. By default it may take minutes. */
  readonly prompt?: readonly (keyof Api & string)[];
  /** A worker that stopped by itself more often than this is not started again. By default each call after it does. */
  readonly mostRestarts?: number;
  /** Told when the worker stopped by itself: what was under way is rejected with the same error. */
  readonly onStopped?: (error: RuntimeError) => void;
}

/**
 * `Api` is an interface of methods with promises. Their arguments may be all that can be posted, and by themselves
 * - functions: called here for as long as the worker runs; {@link progress} makes one that ends with its call and is told ten times a second
 * - one AbortSignal: once it is aborted the call ends when the method does, which mostly rejects with the signal's reason
 * - errors of this project, with their class and code; URLs, which arrive as absolute ones, may also stand inside of plain objects
 * - what {@link handOver} marks.
 */
export interface Connection<Api> {
  /**
   * Starts the worker at the first call, and again after it stopped.
   * @throws RuntimeError `worker-blocked` where none starts, `internal` where it stops, `disposed`; else what the method throws
   */
  readonly api: Api;
  /** False before the first call, and once the worker has ended. */
  readonly isRunning: boolean;
  /** Ends a worker that can work no more, as if it had stopped by itself. */
  giveUp(reason: string): void;
  /** Ends the worker and everything in it. */
  dispose(): void;
}

/** Connects to a worker that calls `serve`. Nothing starts before the first call. */
export function connect<Api extends object>(options: ConnectOptions<Api>): Connection<Api> {
  const { prompt = [], mostRestarts = Number.POSITIVE_INFINITY } = options;
  let link: WorkerLink | null = null;
  let stops = 0;
  let lastStop: RuntimeError | undefined;

  const end = (error: RuntimeError): void => {
    const ended = link;
    link = null;
    ended?.end(error);
  };
  const stop = (reason: string, hasRun: boolean): void => {
    lastStop = hasRun
      ? new RuntimeError('internal', options.stopped(reason), { cause: new Error(reason) })
      : blocked(reason === '' ? 'the script was not let in' : reason);
    stops += 1;
    end(lastStop);
    options.onStopped?.(lastStop);
  };
  const start = (): WorkerLink => {
    if (lastStop !== undefined && stops > mostRestarts) throw lastStop;
    let worker: WorkerEndpoint;
    try {
      worker = options.start();
    } catch (cause) {
      throw blocked(cause instanceof Error ? cause.message : String(cause), cause);
    }
    return new WorkerLink(worker, stop);
  };
  const method = (_: object, name: string | symbol) =>
    typeof name === 'string'
      ? async (...args: unknown[]) => (link ??= start()).call(name, args, (prompt as readonly string[]).includes(name))
      : undefined;
  return {
    api: new Proxy({}, { get: method }) as Api,
    get isRunning() {
      return link !== null;
    },
    giveUp: (reason) => link?.stop(reason),
    dispose: () => end(new RuntimeError('disposed', options.disposed)),
  };
}

function blocked(reason: string, cause?: unknown): RuntimeError {
  return new RuntimeError(
    'worker-blocked',
    `The browser does not let the worker start (${reason}). Allow workers for this page and reload.`,
    { cause },
  );
}
