import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import type { RuntimeError } from '../../../src/errors.js';
import { connect, type Connection, type ConnectOptions } from '../../../src/worker/connect.js';
import type { ToWorker } from '../../../src/worker/messages.js';
import { serve, type Served } from '../../../src/worker/serve.js';
import { deferred, ScriptedWorker } from './workers.js';

interface TestApi {
  /** In steps of a moment. */
  readonly look: () => Promise<string>;
  /** Perhaps in steps of minutes. */
  readonly train: () => Promise<string>;
}

let workers: ScriptedWorker[];
let told: RuntimeError[];
/** Whether a new worker's script runs. */
let isLetIn: boolean;

beforeEach(() => {
  workers = [];
  told = [];
  isLetIn = true;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function open(options: Partial<ConnectOptions<TestApi>> = {}): Connection<TestApi> {
  return connect<TestApi>({
    start: () => {
      const worker = new ScriptedWorker();
      workers.push(worker);
      if (isLetIn) queueMicrotask(() => worker.say({ type: 'alive' }));
      return worker.asWorker();
    },
    stopped: (reason) => `It stopped: ${reason}.`,
    disposed: 'It was disposed.',
    prompt: ['look'],
    onStopped: (error) => told.push(error),
    ...options,
  });
}

/** The error that a call is rejected with. */
const errorOf = (call: Promise<unknown>) => call.then(() => null).catch((error: unknown) => error);

function answer(worker: ScriptedWorker, value: string): void {
  worker.say({ type: 'answer', call: worker.calls().at(-1)!.call, value });
}

/** Starts the worker, and lets it answer once. */
async function started(connection: Connection<TestApi>): Promise<ScriptedWorker> {
  const call = connection.api.look();
  await Promise.resolve();
  answer(workers.at(-1)!, 'ready');
  expect(await call).toBe('ready');
  return workers.at(-1)!;
}

describe('a worker that is not let in', () => {
  const blockedBecause = (reason: string) =>
    `The browser does not let the worker start (${reason}). Allow workers for this page and reload.`;

  it('is `worker-blocked`, whether it cannot be made or its script cannot be had', async () => {
    const refused = open({
      start: () => {
        throw new DOMException('refused by policy', 'SecurityError');
      },
    });
    await expect(refused.api.look()).rejects.toMatchObject({
      code: 'worker-blocked',
      message: blockedBecause('refused by policy'),
    });
    isLetIn = false;
    const call = errorOf(open().api.look());
    workers[0].fail('');
    expect(await call).toMatchObject({ code: 'worker-blocked', message: blockedBecause('the script was not let in') });
    expect(workers[0].isTerminated).toBe(true);
  });
});

describe('a worker that crashes', () => {
  it('takes all calls under way along, and says so once', async () => {
    const connection = open();
    const worker = await started(connection);
    const calls = [errorOf(connection.api.look()), errorOf(connection.api.train())];
    expect(worker.fail('boom')).toBe(false);
    worker.fail('boom again');
    const [first, second] = await Promise.all(calls);
    expect(first).toMatchObject({ code: 'internal', message: 'It stopped: boom.' });
    expect(second).toBe(first);
    expect(told).toEqual([first]);
    expect(worker.isTerminated).toBe(true);
    expect(connection.isRunning).toBe(false);
  });

  it('counts as crashed when its message cannot be read', async () => {
    const connection = open();
    const worker = await started(connection);
    const call = errorOf(connection.api.look());
    worker.dispatchEvent(new MessageEvent('messageerror'));
    expect(await call).toMatchObject({ code: 'internal', message: 'It stopped: a message could not be read.' });
  });

  it('is followed by another at the next call, which does not hear the old one', async () => {
    const connection = open();
    const old = await started(connection);
    old.fail('boom');
    const call = connection.api.look();
    old.say({ type: 'answer', call: 1, value: 'from the grave' });
    old.fail('boom');
    answer(workers[1], 'from the living');
    expect(await call).toBe('from the living');
  });

  it('is not started again when it crashed too often', async () => {
    const connection = open({ mostRestarts: 2 });
    for (let crash = 1; crash <= 3; crash++) (await started(connection)).fail(`crash ${crash}`);
    expect(await errorOf(connection.api.look())).toBe(told[2]);
    expect(workers).toHaveLength(3);
  });

  it('may crash any number of times where nobody set a limit', async () => {
    const connection = open();
    for (let crash = 1; crash <= 10; crash++) (await started(connection)).fail('boom');
    expect(workers).toHaveLength(10);
  });
});

describe('a worker that is ended on purpose', () => {
  it('by giving it up has crashed', async () => {
    const connection = open();
    const worker = await started(connection);
    const call = errorOf(connection.api.look());
    connection.giveUp('its detector is gone');
    expect(await call).toMatchObject({ code: 'internal', message: 'It stopped: its detector is gone.' });
    expect(told).toHaveLength(1);
    expect(worker.isTerminated).toBe(true);
  });

  it('by disposing rejects what is under way with `disposed`, and is nobody’s fault', async () => {
    const connection = open({ mostRestarts: 0 });
    const worker = await started(connection);
    const call = errorOf(connection.api.train());
    connection.dispose();
    expect(await call).toMatchObject({ code: 'disposed', message: 'It was disposed.' });
    expect(worker.isTerminated).toBe(true);
    expect(told).toEqual([]);
    await started(connection);
    expect(workers).toHaveLength(2);
  });
});

describe('a worker that falls silent', () => {
  const SECOND = 1000;
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it('in short steps is given up within ten seconds', async () => {
    const connection = open();
    await started(connection);
    const call = errorOf(connection.api.look());
    for (let time = 0; time < 60; time++) {
      await vi.advanceTimersByTimeAsync(SECOND);
      workers[0].say({ type: 'pong' });
    }
    await vi.advanceTimersByTimeAsync(7 * SECOND);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(3 * SECOND);
    expect(await call).toMatchObject({ code: 'internal', message: 'It stopped: it gave no sign of life.' });
    expect(workers[0].isTerminated).toBe(true);
  });

  it('in its very first step is given up too', async () => {
    const call = errorOf(open().api.look());
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    expect(await call).toMatchObject({ code: 'internal' });
  });

  it('is not asked for a sign of life on behalf of a call that could not be posted', async () => {
    const connection = open();
    const worker = await started(connection);
    vi.spyOn(worker, 'postMessage').mockImplementationOnce(() => {
      throw new DOMException('', 'DataCloneError');
    });
    await expect(connection.api.look()).rejects.toMatchObject({ name: 'DataCloneError' });
    const call = connection.api.look();
    answer(worker, 'seen');
    await call;
    await vi.advanceTimersByTimeAsync(60 * SECOND);
    expect(worker.pings()).toBe(0);
  });

  it('in long steps is left its time, of minutes', async () => {
    const connection = open();
    await started(connection);
    const call = errorOf(connection.api.train());
    const short = errorOf(connection.api.look());
    await vi.advanceTimersByTimeAsync(240 * SECOND);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(70 * SECOND);
    expect(await call).toMatchObject({ message: 'It stopped: it gave no sign of life.' });
    expect(await short).toBe(await call);
  });

  it('and was silent nearly as long before is slow, not hung', async () => {
    const connection = open();
    const worker = await started(connection);
    const loading = connection.api.train();
    await vi.advanceTimersByTimeAsync(4 * SECOND);
    answer(worker, 'loaded');
    await loading;
    const call = connection.api.look();
    await vi.advanceTimersByTimeAsync(16 * SECOND);
    answer(worker, 'four times as much');
    expect(await call).toBe('four times as much');
    const hung = errorOf(connection.api.look());
    await vi.advanceTimersByTimeAsync(200 * SECOND);
    expect(await hung).toMatchObject({ message: 'It stopped: it gave no sign of life.' });
  });

  it('but answers pings is left in peace, and asked for nothing while it has nothing to do', async () => {
    const connection = open();
    const worker = await started(connection);
    await vi.advanceTimersByTimeAsync(600 * SECOND);
    expect(worker.pings()).toBe(0);
    const call = connection.api.look();
    for (let time = 0; time < 600; time++) {
      await vi.advanceTimersByTimeAsync(SECOND);
      worker.say({ type: 'pong' });
    }
    expect(worker.pings()).toBeGreaterThan(500);
    answer(worker, 'at last');
    expect(await call).toBe('at last');
  });

  it('because its script is still on its way is waited for', async () => {
    isLetIn = false;
    const call = open().api.look();
    await vi.advanceTimersByTimeAsync(60 * SECOND);
    expect(workers[0].isTerminated).toBe(false);
    workers[0].say({ type: 'alive' });
    answer(workers[0], 'here');
    expect(await call).toBe('here');
  });
});

describe('a worker that ends without a word in a long step', () => {
  /** The browser's locks: one holder at a time, who gives way to the next. */
  class Locks {
    private readonly tails = new Map<string, Promise<unknown>>();

    async request(name: string, ...rest: [unknown, () => unknown] | [() => unknown]): Promise<unknown> {
      const grant = rest.at(-1) as () => unknown;
      const signal = rest.length === 2 ? (rest[0] as LockOptions).signal : undefined;
      const before = this.tails.get(name);
      const turn = (async () => {
        await before;
        signal?.throwIfAborted();
        return grant();
      })();
      this.tails.set(
        name,
        turn.catch(() => undefined),
      );
      return turn;
    }
  }

  let locks: Locks;
  beforeEach(() => {
    vi.useFakeTimers();
    locks = new Locks();
    vi.stubGlobal('navigator', { locks });
  });

  /** Makes a long call whose lock the worker holds. Returns what gives the lock back. */
  async function longCall(connection: Connection<TestApi>): Promise<{ call: Promise<unknown>; release: () => void }> {
    const worker = await started(connection);
    const call = errorOf(connection.api.train());
    const { lock, call: number } = worker.calls().at(-1)!;
    const held = deferred<void>();
    void locks.request(lock!, () => held.promise);
    worker.say({ type: 'held', call: number });
    return { call, release: () => held.resolve() };
  }

  it('is noticed by the lock that it no longer holds', async () => {
    const { call, release } = await longCall(open());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([]);
    release();
    await vi.advanceTimersByTimeAsync(2000);
    expect(await call).toMatchObject({ code: 'internal', message: 'It stopped: it ended without a word.' });
    expect(workers[0].isTerminated).toBe(true);
  });

  it('is not suspected where it has answered, though the answer may come after the lock', async () => {
    const { call, release } = await longCall(open());
    release();
    await vi.advanceTimersByTimeAsync(100);
    answer(workers[0], 'trained');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await call).toBeNull();
    expect(told).toEqual([]);
  });

  it('needs no lock for calls in short steps', async () => {
    const worker = await started(open());
    expect(worker.calls()[0].lock).toBeUndefined();
  });
});

describe('the worker’s half', () => {
  /** Serves to a page that is a list of what it was told. */
  function serveList(api: Served<TestApi>): { readonly posted: unknown[]; readonly send: (message: ToWorker) => void } {
    const page = new EventTarget();
    const posted: unknown[] = [];
    serve<TestApi>(api, {
      postMessage: (message) => posted.push(message),
      addEventListener: (type, listener) => page.addEventListener(type, listener as (event: Event) => void),
    });
    return { posted, send: (data) => void page.dispatchEvent(new MessageEvent('message', { data })) };
  }

  it('says that the script runs, and answers pings', () => {
    const { posted, send } = serveList({ look: () => 'seen', train: () => 'trained' });
    expect(posted).toEqual([{ type: 'alive' }]);
    send({ type: 'ping' });
    expect(posted).toEqual([{ type: 'alive' }, { type: 'pong' }]);
  });

  it('holds a call’s lock until it is answered', async () => {
    const held: string[] = [];
    const locks = {
      request: async (name: string, grant: () => Promise<void>) => {
        await Promise.resolve();
        held.push(name);
        await grant();
        held.splice(held.indexOf(name), 1);
      },
    };
    vi.stubGlobal('navigator', { locks });
    const finish = deferred<string>();
    const { posted, send } = serveList({ look: () => 'seen', train: () => finish.promise });
    send({ type: 'call', call: 7, method: 'train', args: [], lock: 'seven' });
    await eventually(() => expect(posted).toContainEqual({ type: 'held', call: 7 }));
    expect(held).toEqual(['seven']);
    finish.resolve('trained');
    await eventually(() => expect(held).toEqual([]));
    expect(posted.at(-1)).toEqual({ type: 'answer', call: 7, value: 'trained' });
  });
});
