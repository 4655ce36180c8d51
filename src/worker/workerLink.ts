/** One worker from its start to its end: the calls that it has not answered yet, and how its death is noticed. */
import { deserializeError } from '../errors.js';
import { isHandedOver, isProgress } from './arguments.js';
import { browserLocks, type Argument, type FromWorker, type ToWorker } from './messages.js';
import { packValue, unpackValue } from './packedValue.js';
import { Watchdog } from './watchdog.js';

/** An answer that was sent before the worker ended has arrived within this time, ms. */
const ANSWER_TIME = 1000;

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly isPrompt: boolean;
  readonly signal: AbortSignal | undefined;
  readonly lock: string | undefined;
  readonly progress: number[];
  /** Aborted when the call has ended. */
  readonly ended: AbortController;
}

/** What a connection hears of a worker. */
export interface WorkerEvents {
  readonly message: MessageEvent<FromWorker>;
  readonly messageerror: Event;
  readonly error: Event & { readonly message: string };
}

/** What a connection needs of a worker. A page's `Worker` has it, and a thread of Node with src/plan/nodeWorker.ts. */
export interface WorkerEndpoint {
  postMessage(message: unknown, options: { readonly transfer: Transferable[] }): void;
  addEventListener<Type extends keyof WorkerEvents>(
    type: Type,
    listener: (event: WorkerEvents[Type]) => void,
    options: { readonly signal: AbortSignal },
  ): void;
  terminate(): void;
}

export class WorkerLink {
  private readonly calls = new Map<number, Call>();
  private readonly callbacks = new Map<number, (...args: unknown[]) => void>();
  private lastNumber = 0;
  private hasRun = false;
  private readonly ended = new AbortController();
  private readonly watchdog = new Watchdog({
    ping: () => this.post({ type: 'ping' }),
    onHung: () => this.stop('it gave no sign of life'),
    isPrompt: () => [...this.calls.values()].every((call) => call.isPrompt),
  });

  /** @param onStopped told once when the worker stops by itself: why, and whether its script ever ran */
  constructor(
    private readonly worker: WorkerEndpoint,
    private readonly onStopped: (reason: string, hasRun: boolean) => void,
  ) {
    const { signal } = this.ended;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.receive(data), { signal });
    worker.addEventListener('messageerror', () => this.stop('a message could not be read'), { signal });
    const onError = (event: WorkerEvents['error']): void => {
      event.preventDefault();
      this.stop(event.message);
    };
    worker.addEventListener('error', onError, { signal });
  }

  /** @throws what the method throws, what `postMessage` throws, an aborted signal's reason, the error that {@link end} is given */
  async call(method: string, args: readonly unknown[], isPrompt: boolean): Promise<unknown> {
    const signal = args.find((argument) => argument instanceof AbortSignal);
    signal?.throwIfAborted();
    const number = ++this.lastNumber;
    const ended = new AbortController();
    const progress: number[] = [];
    const lock = isPrompt || browserLocks() === undefined ? undefined : `qcs-fer/call/${crypto.randomUUID()}`;
    return new Promise((resolve, reject) => {
      this.calls.set(number, { resolve, reject, isPrompt, signal, lock, progress, ended });
      const packed = args.map((argument) => this.pack(argument, progress));
      try {
        this.post(
          { type: 'call', call: number, method, args: packed, ...(lock === undefined ? {} : { lock }) },
          args.filter(isHandedOver),
        );
      } catch (cause) {
        this.settle(number);
        reject(cause);
        return;
      }
      signal?.addEventListener('abort', () => this.post({ type: 'abort', call: number }), { signal: ended.signal });
      if (this.hasRun) this.watchdog.watch();
    });
  }

  /** The worker is of no use any more. */
  stop(reason: string): void {
    this.onStopped(reason, this.hasRun);
  }

  /** Ends the worker; calls under way are rejected. */
  end(error: Error): void {
    this.ended.abort();
    this.worker.terminate();
    for (const number of this.calls.keys()) this.settle(number)?.reject(error);
    this.callbacks.clear();
  }

  private post(message: ToWorker, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, { transfer });
  }

  private pack(argument: unknown, progress: number[]): Argument {
    if (argument instanceof AbortSignal) return { kind: 'signal' };
    if (typeof argument !== 'function') return packValue(argument);
    const callback = ++this.lastNumber;
    this.callbacks.set(callback, argument as (...args: unknown[]) => void);
    if (isProgress(argument)) progress.push(callback);
    return { kind: 'callback', callback, isProgress: isProgress(argument) };
  }

  private receive(message: FromWorker): void {
    this.watchdog.hear();
    switch (message.type) {
      case 'alive':
        this.hasRun = true;
        if (this.calls.size > 0) this.watchdog.watch();
        return;
      case 'pong':
        return;
      case 'held':
        void this.awaitEnd(message.call);
        return;
      case 'callback':
        this.callbacks.get(message.callback)?.(...message.args.map(unpackValue));
        return;
      case 'answer':
        this.settle(message.call)?.resolve(message.value);
        return;
      case 'failed':
        this.settle(message.call)?.reject(deserializeError(message.error));
        return;
      case 'aborted': {
        const call = this.settle(message.call);
        call?.reject(call.signal?.reason);
      }
    }
  }

  private settle(number: number): Call | undefined {
    const call = this.calls.get(number);
    this.calls.delete(number);
    call?.ended.abort();
    for (const callback of call?.progress ?? []) this.callbacks.delete(callback);
    if (this.calls.size === 0) this.watchdog.rest();
    return call;
  }

  /** Waits for the lock that the worker holds until it has answered: whoever gets it before the answer knows that the worker died. */
  private async awaitEnd(number: number): Promise<void> {
    const call = this.calls.get(number);
    if (call?.lock === undefined) return;
    const { signal } = call.ended;
    try {
      await browserLocks()?.request(call.lock, { signal }, () => undefined);
    } catch {
      // The answer came first.
      return;
    }
    setTimeout(() => {
      if (!signal.aborted) this.stop('it ended without a word');
    }, ANSWER_TIME);
  }
}
