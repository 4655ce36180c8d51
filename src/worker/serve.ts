/** The worker's side: answers the page's calls with an API's methods. */
import { serializeError } from '../errors.js';
import { browserLocks, type Argument, type FromWorker, type ToWorker } from './messages.js';
import { packValue, unpackValue } from './packedValue.js';
import { throttle } from './throttle.js';

/** An API as the worker has it: its answers may be there at once. */
export type Served<Api> = {
  readonly [Name in keyof Api]: Api[Name] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Result | Promise<Result>
    : never;
};

/** Where the messages go and come from: the worker's own scope. */
export interface PageEndpoint {
  postMessage(message: unknown, options: { readonly transfer: Transferable[] }): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
}

/** Answers calls for as long as the worker runs. Once in a worker, when all that the API needs is there. */
export function serve<Api extends object>(api: Served<Api>, page: PageEndpoint = self): void {
  const server = new Server(api, page);
  page.addEventListener('message', ({ data }) => server.receive(data));
  server.post({ type: 'alive' });
}

class Server {
  /** What aborts the calls under way. */
  private readonly running = new Map<number, AbortController>();

  constructor(
    private readonly api: Readonly<Record<string, (...args: unknown[]) => unknown>>,
    private readonly page: PageEndpoint,
  ) {}

  post(message: FromWorker): void {
    this.page.postMessage(message, { transfer: [] });
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'call': {
        const answered = this.answer(message);
        if (message.lock !== undefined) void this.hold(message.lock, message.call, answered);
        return;
      }
      case 'abort':
        this.running.get(message.call)?.abort();
        return;
      case 'ping':
        this.post({ type: 'pong' });
    }
  }

  private async answer({ call, method, args }: Extract<ToWorker, { type: 'call' }>): Promise<void> {
    const abort = new AbortController();
    const flushes: (() => void)[] = [];
    this.running.set(call, abort);
    try {
      const value = await this.api[method](...args.map((argument) => this.standIn(argument, abort.signal, flushes)));
      for (const flush of flushes) flush();
      this.post({ type: 'answer', call, value });
    } catch (error) {
      for (const flush of flushes) flush();
      if (abort.signal.aborted && error === abort.signal.reason) this.post({ type: 'aborted', call });
      else this.post({ type: 'failed', call, error: serializeError(error) });
    } finally {
      this.running.delete(call);
    }
  }

  /** What a method gets for an argument of the page. */
  private standIn(argument: Argument, signal: AbortSignal, flushes: (() => void)[]): unknown {
    switch (argument.kind) {
      case 'signal':
        return signal;
      case 'callback': {
        const { callback, isProgress } = argument;
        const send = (...args: unknown[]) => this.post({ type: 'callback', callback, args: args.map(packValue) });
        if (!isProgress) return send;
        const { report, flush } = throttle(send);
        flushes.push(flush);
        return report;
      }
      case 'value':
      case 'error':
        return unpackValue(argument);
    }
  }

  /** Holds a lock until a call is answered; the browser gives it back when the worker dies. */
  private async hold(lock: string, call: number, answered: Promise<void>): Promise<void> {
    try {
      await browserLocks()?.request(lock, () => {
        this.post({ type: 'held', call });
        return answered;
      });
    } catch {
      // Pages of no origin have locks in name only. The pings remain.
    }
  }
}
