/** Workers without threads. */
import type { FromWorker, ToWorker } from '../../../src/worker/messages.js';
import { serve, type PageEndpoint, type Served } from '../../../src/worker/serve.js';

/** Serves an API at the other end of a channel, through which everything is cloned and transferred as between threads. */
export class ChannelWorker<Api extends object> extends EventTarget {
  readonly received: ToWorker[] = [];
  private readonly page = new MessageChannel();

  constructor(api: Served<Api>) {
    super();
    const { port1, port2 } = this.page;
    port1.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      this.dispatchEvent(new MessageEvent('message', { data }));
    });
    port2.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => this.received.push(data));
    serve(api, port2 as PageEndpoint);
    port1.start();
    port2.start();
  }

  postMessage(message: ToWorker, options: StructuredSerializeOptions): void {
    this.page.port1.postMessage(message, options);
  }

  terminate(): void {
    this.page.port1.close();
  }

  asWorker(): Worker {
    return this as unknown as Worker;
  }
}

/** Says what a test tells it to. */
export class ScriptedWorker extends EventTarget {
  readonly received: ToWorker[] = [];
  isTerminated = false;

  postMessage(message: ToWorker): void {
    this.received.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  say(data: FromWorker): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  /** False when the page has taken the error, so that no console shows it. */
  fail(message: string): boolean {
    return this.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), { message }));
  }

  calls(): Extract<ToWorker, { type: 'call' }>[] {
    return this.received.filter((message) => message.type === 'call');
  }

  pings(): number {
    return this.received.filter(({ type }) => type === 'ping').length;
  }

  asWorker(): Worker {
    return this as unknown as Worker;
  }
}

/** A promise that a test ends. */
export function deferred<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((end) => (resolve = end));
  return { promise, resolve };
}
