/** The worker's side: answers the page's calls with an API's methods. */
import { serializeError } from '../errors.js';
import { browserLocks, type Argument, type FromWorker, type ToWorker } from './messages.js';
import { packValue, unpackValue } from './packedValue.js';
import { throttle } from './throttle.js';

type Call = Extract<ToWorker, { type: 'call' }>;

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
  const methods: Readonly<Record<string, (...args: unknown[]) => unknown>> = api;
  /** What aborts the calls under way. */
  const running = new Map<number, AbortController>();
  const post = (message: FromWorker): void => page.postMessage(message, { transfer: [] });

  const answer = async ({ call, method, args }: Call): Promise<void> => {
    const abort = new AbortController();
    const { signal } = abort;
    const flushes: (() => void)[] = [];
    const flushAll = (): void => flushes.forEach((flush) => flush());
    running.set(call, abort);
    try {
      const value = await methods[method](...args.map((argument) => standIn(argument, post, signal, flushes)));
      flushAll();
      post({ type: 'answer', call, value });
    } catch (error) {
      flushAll();
      if (signal.aborted && error === signal.reason) post({ type: 'aborted', call });
      else post({ type: 'failed', call, error: serializeError(error) });
    } finally {
      running.delete(call);
    }
  };
  page.addEventListener('message', ({ data }) => {
    if (data.type === 'ping') post({ type: 'pong' });
    else if (data.type === 'abort') running.get(data.call)?.abort();
    else void hold(data, answer(data), post);
  });
  post({ type: 'alive' });
}

/** Holds a call's lock until it is answered; the browser gives it back when the worker dies. */
async function hold({ lock, call }: Call, answered: Promise<void>, post: (message: FromWorker) => void): Promise<void> {
  if (lock === undefined) return;
  try {
    await browserLocks()?.request(lock, () => {
      post({ type: 'held', call });
      return answered;
    });
  } catch {
    // Pages of no origin have locks in name only. The pings remain.
  }
}

/** What a method gets for an argument of the page. */
function standIn(
  argument: Argument,
  post: (message: FromWorker) => void,
  signal: AbortSignal,
  flushes: (() => void)[],
): unknown {
  if (argument.kind === 'signal') return signal;
  if (argument.kind !== 'callback') return unpackValue(argument);
  const { callback, isProgress } = argument;
  const send = (...args: unknown[]) => post({ type: 'callback', callback, args: args.map(packValue) });
  if (!isProgress) return send;
  const { report, flush } = throttle(send);
  flushes.push(flush);
  return report;
}
