/** Calls from the page to a worker of its own, each answered by its number. */
import { deserializeError, RuntimeError, type SerializedError } from '../errors.js';

interface Failed {
  readonly type: 'failed';
  readonly call: number;
  readonly error: SerializedError;
}

/** What answers a call, of all that a worker says: news have no number, or are progress. */
export type Reply<FromWorker> = Exclude<
  Extract<FromWorker, { readonly call: number }>,
  { readonly type: 'failed' | 'progress' }
>;

type News<FromWorker> = Exclude<FromWorker, Reply<FromWorker> | { readonly type: 'failed' }>;

export interface WorkerCallsOptions<FromWorker> {
  readonly start: () => Worker;
  /** Names the worker in sentences for people: "The worker that converts models". */
  readonly name: string;
  readonly onNews: (news: News<FromWorker>) => void;
}

interface Waiting<FromWorker> {
  readonly resolve: (reply: Reply<FromWorker>) => void;
  readonly reject: (error: Error) => void;
}

/** Starts its worker at the first message, and again after it stopped. */
export class WorkerCalls<ToWorker, FromWorker extends { readonly type: string }> {
  private worker: Worker | null = null;
  private calls = 0;
  private readonly waiting = new Map<number, Waiting<FromWorker>>();

  constructor(private readonly options: WorkerCallsOptions<FromWorker>) {}

  /**
   * Asks with the number it is given, and waits for the answer.
   * @throws what the worker throws; RuntimeError `worker-blocked` where none starts or it stops, `disposed`
   */
  async ask(request: (call: number) => ToWorker, transfer: Transferable[] = []): Promise<Reply<FromWorker>> {
    const worker = (this.worker ??= this.start());
    const call = ++this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(call, { resolve, reject });
      worker.postMessage(request(call), transfer);
    });
  }

  /** Says something that has no answer. */
  tell(message: ToWorker): void {
    (this.worker ??= this.start()).postMessage(message, []);
  }

  /** As {@link tell}, but where no worker runs there is nobody to tell. */
  tellRunning(message: ToWorker): void {
    this.worker?.postMessage(message, []);
  }

  /** Ends the worker and everything in it. `message` goes to the calls that wait, as RuntimeError `disposed`. */
  dispose(message: string): void {
    this.end(new RuntimeError('disposed', message));
  }

  private start(): Worker {
    let worker: Worker;
    try {
      worker = this.options.start();
    } catch (cause) {
      throw new RuntimeError(
        'worker-blocked',
        'The browser blocks workers here. Allow them for this page and reload.',
        { cause },
      );
    }
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.hear(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      const cause = event.message === '' ? 'it could not be loaded' : event.message;
      const message = `${this.options.name} stopped. Reload the page and try again.`;
      this.end(new RuntimeError('worker-blocked', message, { cause }));
    });
    return worker;
  }

  private hear(message: FromWorker): void {
    if (!('call' in message) || message.type === 'progress') {
      this.options.onNews(message as unknown as News<FromWorker>);
      return;
    }
    const answer = message as unknown as Reply<FromWorker> | Failed;
    const { call } = answer as { readonly call: number };
    const waiting = this.waiting.get(call);
    this.waiting.delete(call);
    if (isFailed(answer)) waiting?.reject(deserializeError(answer.error));
    else waiting?.resolve(answer);
  }

  private end(error: Error): void {
    this.worker?.terminate();
    this.worker = null;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

/** A worker's answer is not of the kind that the question asks for. */
export function unexpectedReply(): RuntimeError {
  return new RuntimeError('internal', 'The worker gave an answer to another question. Reload the page.');
}

function isFailed(answer: object): answer is Failed {
  return 'type' in answer && answer.type === 'failed';
}
