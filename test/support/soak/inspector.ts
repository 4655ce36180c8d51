/** The developer tools' view of a page and of its workers. */
import type { CDPSession, Page } from 'playwright';

/** ms after which a worker that computes is not waited for. */
const PATIENCE = 10_000;

/** Asks one page or worker. Null where it does not answer in time. */
export type Ask = (method: string, parameters?: object) => Promise<Record<string, unknown> | null>;

interface ReceivedMessage {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
}

export class Inspector {
  private readonly workers = new Map<string, Ask>();
  private readonly waiting = new Map<number, (result: Record<string, unknown> | null) => void>();
  private last = 0;

  private constructor(private readonly session: CDPSession) {
    session.on('Target.attachedToTarget', ({ sessionId }) => this.workers.set(sessionId, this.askOf(sessionId)));
    session.on('Target.detachedFromTarget', ({ sessionId }) => this.workers.delete(sessionId));
    session.on('Target.receivedMessageFromTarget', ({ message }) => {
      const { id, result } = JSON.parse(message) as ReceivedMessage;
      if (id === undefined) return;
      this.waiting.get(id)?.(result ?? null);
      this.waiting.delete(id);
    });
  }

  static async open(page: Page): Promise<Inspector> {
    const session = await page.context().newCDPSession(page);
    const inspector = new Inspector(session);
    await session.send('Performance.enable');
    await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    return inspector;
  }

  /** Of the page, by name, after all garbage was collected. */
  async metrics(): Promise<(name: string) => number> {
    await this.session.send('HeapProfiler.collectGarbage');
    await this.session.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.session.send('Performance.getMetrics');
    return (name) => metrics.find((each) => each.name === name)?.value ?? Number.NaN;
  }

  get ofWorkers(): readonly Ask[] {
    return [...this.workers.values()];
  }

  private askOf(sessionId: string): Ask {
    return async (method, parameters = {}) => {
      const id = ++this.last;
      const answer = new Promise<Record<string, unknown> | null>((resolve) => {
        this.waiting.set(id, resolve);
        setTimeout(() => (this.waiting.delete(id), resolve(null)), PATIENCE);
      });
      await this.session.send('Target.sendMessageToTarget', {
        sessionId,
        message: JSON.stringify({ id, method, params: parameters }),
      });
      return answer;
    };
  }
}

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize: number;
}

/** Bytes of JavaScript's heap and of its buffers, after all garbage was collected. */
export async function usage(ask: Ask): Promise<HeapUsage | null> {
  if ((await ask('HeapProfiler.collectGarbage')) === null) return null;
  return (await ask('Runtime.getHeapUsage')) as HeapUsage | null;
}

/** Put before the scripts of workers: keeps sight of every memory of WebAssembly, whether it is made or brought by a module. */
export const MEMORIES = `{
  const memories = (globalThis.memories = []);
  const { Memory, instantiate, instantiateStreaming } = WebAssembly;
  const keep = (memory) => { if (memory instanceof Memory) memories.push(new WeakRef(memory)); };
  const look = (made) => { Object.values((made.instance ?? made).exports).forEach(keep); return made; };
  WebAssembly.Memory = class extends Memory { constructor(...all) { super(...all); keep(this); } };
  WebAssembly.instantiate = (...all) => instantiate(...all).then(look);
  WebAssembly.instantiateStreaming = (...all) => instantiateStreaming(...all).then(look);
}
`;

/** Bytes of the memories that {@link MEMORIES} sees. */
export async function wasmBytes(ask: Ask): Promise<number | null> {
  const expression = `[...new Set(memories.map((it) => it.deref()))].reduce((sum, it) => sum + (it?.buffer.byteLength ?? 0), 0)`;
  const answer = await ask('Runtime.evaluate', { expression, returnByValue: true });
  return (answer?.['result'] as { readonly value?: number } | undefined)?.value ?? null;
}
