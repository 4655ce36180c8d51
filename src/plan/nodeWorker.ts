/** Threads of Node with the ways of a page's workers, so that the protocol of src/worker/ serves both. */
import { parentPort, Worker as NodeThread, type TransferListItem } from 'node:worker_threads';
import type { ToWorker } from '../worker/messages.js';
import type { PageEndpoint } from '../worker/serve.js';
import type { WorkerEndpoint, WorkerEvents } from '../worker/workerLink.js';

/** Where a thread's module is. */
export interface ThreadModule {
  /** In the package, beside the module that starts it. */
  readonly built: string;
  /** In the source tree, where it is TypeScript, which tsx loads in threads only when asked. */
  readonly source: URL;
}

/** Starts a thread, for `connect`. `workerData` is the thread's own copy. */
export function startThread(module: ThreadModule, workerData: unknown): WorkerEndpoint {
  return new NodeWorker(threadOf(module, workerData));
}

function threadOf({ built, source }: ThreadModule, workerData: unknown): NodeThread {
  // Without the flags of the command: `node --input-type=module -e` starts no thread from a file.
  if (!import.meta.url.endsWith('.ts'))
    return new NodeThread(new URL(built, import.meta.url), { workerData, execArgv: [] });
  const [loader, module, here] = [import.meta.resolve('tsx/esm/api'), source.href, import.meta.url].map((address) =>
    JSON.stringify(address),
  );
  const script = `import(${loader}).then(({ tsImport }) => tsImport(${module}, ${here}))`;
  return new NodeThread(script, { eval: true, workerData });
}

class NodeWorker implements WorkerEndpoint {
  private readonly events = new EventTarget();

  constructor(private readonly thread: NodeThread) {
    thread.on('message', (data: unknown) => this.events.dispatchEvent(new MessageEvent('message', { data })));
    thread.on('messageerror', () => this.events.dispatchEvent(new Event('messageerror')));
    thread.on('error', (error) => this.fail(error.message));
    thread.on('exit', () => this.fail('the thread ended'));
  }

  postMessage(message: unknown, { transfer }: { readonly transfer: Transferable[] }): void {
    this.thread.postMessage(message, transfer as TransferListItem[]);
  }

  addEventListener<Type extends keyof WorkerEvents>(
    type: Type,
    listener: (event: WorkerEvents[Type]) => void,
    options: { readonly signal: AbortSignal },
  ): void {
    this.events.addEventListener(type, listener as EventListener, options);
  }

  terminate(): void {
    void this.thread.terminate();
  }

  private fail(message: string): void {
    this.events.dispatchEvent(Object.assign(new Event('error'), { message }));
  }
}

/** The other end, inside the thread: where `serve` says its answers. */
export function threadEndpoint(): PageEndpoint {
  const port = parentPort;
  if (port === null) throw new Error('This module runs in a thread.');
  return {
    postMessage: (message, { transfer }) => port.postMessage(message, transfer as TransferListItem[]),
    addEventListener: (_, listener) => {
      port.on('message', (data: ToWorker) => listener(new MessageEvent('message', { data })));
    },
  };
}
