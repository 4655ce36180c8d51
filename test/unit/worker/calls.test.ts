import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { ModelError, RuntimeError, TrainingError, type QcsError } from '../../../src/errors.js';
import { handOver, nullIfAborted, progress } from '../../../src/worker/arguments.js';
import { connect, type Connection } from '../../../src/worker/connect.js';
import { PROGRESS_INTERVAL } from '../../../src/worker/throttle.js';
import type { Served } from '../../../src/worker/serve.js';
import { ChannelWorker, deferred } from './workers.js';

interface TestApi {
  readonly add: (first: number, second: number) => Promise<number>;
  readonly echo: (value: unknown) => Promise<unknown>;
  readonly fail: () => Promise<never>;
  readonly report: (values: readonly number[], onProgress: (value: number) => void) => Promise<string>;
  readonly tell: (listener: (error: QcsError | null, attempt: number) => void) => Promise<void>;
  readonly work: (signal: AbortSignal) => Promise<string>;
}

const connections: Connection<TestApi>[] = [];
let worker: ChannelWorker<TestApi>;

/** Connects to a worker with the methods that a test needs. */
function served(methods: Partial<Served<TestApi>>): TestApi {
  const connection = connect<TestApi>({
    start: () => {
      worker = new ChannelWorker<TestApi>(methods as Served<TestApi>);
      return worker.asWorker();
    },
    stopped: (reason) => `It stopped: ${reason}.`,
    disposed: 'It was disposed.',
  });
  connections.push(connection);
  return connection.api;
}

afterEach(() => {
  for (const connection of connections.splice(0)) connection.dispose();
  vi.unstubAllGlobals();
});

describe('a call', () => {
  it('gets what the method gives, at once or later, each call its own answer', async () => {
    const first = deferred<number>();
    const api = served({ add: (one, two) => (one === 1 ? first.promise : one + two) });
    const slow = api.add(1, 2);
    expect(await api.add(2, 3)).toBe(5);
    first.resolve(3);
    expect(await slow).toBe(3);
  });

  it('keeps the order in which it was made', async () => {
    const order: unknown[] = [];
    const api = served({ echo: (value) => void order.push(value) });
    await Promise.all(['a', 'b', 'c'].map((value) => api.echo(value)));
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('is rejected when its argument cannot be posted, and the next one is answered', async () => {
    const api = served({ echo: (value) => value });
    await expect(api.echo({ method: () => 1 })).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await api.echo('next')).toBe('next');
  });

  it('is rejected when its answer cannot be posted', async () => {
    const api = served({ echo: () => () => 1 });
    await expect(api.echo(0)).rejects.toThrow(/clone/i);
  });

  it('hands marked arguments over and copies the others', async () => {
    const api = served({ echo: (value) => (value as ArrayBuffer).byteLength });
    const kept = new ArrayBuffer(8);
    const given = new ArrayBuffer(16);
    expect(await api.echo(kept)).toBe(8);
    expect(await api.echo(handOver(given))).toBe(16);
    expect([kept.byteLength, given.byteLength]).toEqual([8, 0]);
  });
});

describe('addresses', () => {
  it('arrive as URLs, wherever they stand in plain objects and lists', async () => {
    const seen: unknown[] = [];
    const api = served({ echo: (value) => void seen.push(value) });
    const url = new URL('https://page.example/a');
    const argument = { url, files: { 'weights.bin': url }, list: [{ url }, 'https://page.example/b'] };
    await api.echo(argument);
    await api.echo(url);
    expect(seen).toEqual([argument, url]);
    expect((seen[0] as typeof argument).list[0]).toMatchObject({ url: { host: 'page.example' } });
    expect(argument.url).toBe(url);
  });

  it('without a host, as some bundlers make them, arrive with that of the page', async () => {
    vi.stubGlobal('document', { baseURI: 'https://page.example/app/' });
    const relative = Object.create(URL.prototype, {
      href: { value: '/static/weights.bin' },
      toString: { value: () => '/static/weights.bin' },
    }) as URL;
    const hrefs: string[] = [];
    const api = served({ echo: (value) => void hrefs.push((value as { readonly url: URL }).url.href) });
    await api.echo({ url: relative });
    expect(hrefs).toEqual(['https://page.example/static/weights.bin']);
  });
});

describe('errors', () => {
  it('keep their class, code, message and cause', async () => {
    const api = served({
      fail: () => {
        throw new ModelError('model-hash', 'Another file.', { cause: new TypeError('why') });
      },
    });
    const error: unknown = await api.fail().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ code: 'model-hash', message: 'Another file.', cause: 'TypeError: why' });
  });

  it('of others become `internal`', async () => {
    const api = served({ fail: () => Promise.reject(new TypeError('odd')) });
    const error: unknown = await api.fail().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RuntimeError);
    expect(error).toMatchObject({ code: 'internal', message: 'TypeError: odd' });
  });
});

describe('listeners', () => {
  it('hear everything, errors as what they are, after the call too', async () => {
    let tell: (error: QcsError | null, attempt: number) => void = () => undefined;
    const api = served({
      tell: (listener) => {
        tell = listener;
        listener(new RuntimeError('device-lost', 'gone'), 1);
      },
    });
    const heard: [QcsError | null, number][] = [];
    await api.tell((error, attempt) => heard.push([error, attempt]));
    tell(null, 2);
    tell(new TrainingError('diverged', 'no'), 3);
    await eventually(() => expect(heard).toHaveLength(3));
    expect(heard.map(([error, attempt]) => [error?.name, error?.code, attempt])).toEqual([
      ['RuntimeError', 'device-lost', 1],
      [undefined, undefined, 2],
      ['TrainingError', 'diverged', 3],
    ]);
    expect(heard[2][0]).toBeInstanceOf(TrainingError);
  });
});

describe('progress', () => {
  const numbers = Array.from({ length: 1000 }, (_, index) => index);

  it('is told at once and then seldom, and the last one before the answer', async () => {
    const heard: number[] = [];
    const api = served({
      report: (values, onProgress) => {
        for (const value of values) onProgress(value);
        return 'done';
      },
    });
    const answer = api.report(
      numbers,
      progress((value) => heard.push(value)),
    );
    expect(await answer.then((text) => [text, ...heard])).toEqual(['done', 0, 999]);
  });

  it('is told in full where it is not marked', async () => {
    const heard: number[] = [];
    const api = served({
      report: (values, onProgress) => {
        for (const value of values) onProgress(value);
        return 'done';
      },
    });
    await api.report(numbers, (value) => heard.push(value));
    expect(heard).toEqual(numbers);
  });

  it('reaches the page while the method still works', async () => {
    const finish = deferred<string>();
    const heard: number[] = [];
    const api = served({
      report: (values, onProgress) => {
        for (const value of values) onProgress(value);
        return finish.promise;
      },
    });
    const answer = api.report(
      numbers,
      progress((value) => heard.push(value)),
    );
    await eventually(() => expect(heard).toEqual([0, 999]), { timeout: 10 * PROGRESS_INTERVAL });
    finish.resolve('done');
    await answer;
  });

  it('is told before a failure too', async () => {
    const heard: number[] = [];
    const api = served({
      report: (values, onProgress) => {
        for (const value of values) onProgress(value);
        throw new ModelError('model-format', 'no');
      },
    });
    const failed = api.report(
      numbers,
      progress((value) => heard.push(value)),
    );
    await expect(failed).rejects.toMatchObject({ code: 'model-format' });
    expect(heard).toEqual([0, 999]);
  });

  it('ends with its call', async () => {
    let report: (value: number) => void = () => undefined;
    const heard: number[] = [];
    const api = served({
      report: (_, onProgress) => {
        report = onProgress;
        return 'done';
      },
      echo: (value) => value,
    });
    await api.report(
      [],
      progress((value) => heard.push(value)),
    );
    report(1);
    await api.echo(0);
    expect(heard).toEqual([]);
  });
});

describe('a signal', () => {
  /** Works until it is aborted. */
  const untilAborted = (signal: AbortSignal) =>
    new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

  it('that was aborted before keeps the call from being made', async () => {
    const work = vi.fn(() => 'done');
    const api = served({ work, echo: (value) => value });
    const reason = new Error('enough');
    await expect(api.work(AbortSignal.abort(reason))).rejects.toBe(reason);
    await api.echo(0);
    expect(work).not.toHaveBeenCalled();
  });

  it('that is aborted meanwhile ends the call with its own reason', async () => {
    const api = served({ work: untilAborted, echo: (value) => value });
    const abort = new AbortController();
    const other = api.work(new AbortController().signal).catch(() => 'rejected');
    const call = api.work(abort.signal);
    await api.echo(0);
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(await Promise.race([other, api.echo('still at work')])).toBe('still at work');
  });

  it('gives null where the caller wants no error', async () => {
    const api = served({ work: untilAborted });
    const abort = new AbortController();
    const call = nullIfAborted(api.work(abort.signal), abort.signal);
    abort.abort();
    expect(await call).toBeNull();
  });

  it('leaves a method its own end', async () => {
    const api = served({
      work: (signal) =>
        new Promise<string>((resolve, reject) => {
          signal.addEventListener('abort', () => {
            if (failing) reject(new TrainingError('data-empty', 'nothing'));
            else resolve('half of it');
          });
        }),
    });
    let failing = false;
    const ended = async () => {
      const abort = new AbortController();
      const call = nullIfAborted(api.work(abort.signal), abort.signal);
      abort.abort();
      return call;
    };
    expect(await ended()).toBe('half of it');
    failing = true;
    await expect(ended()).rejects.toMatchObject({ code: 'data-empty' });
  });

  it('that is aborted afterwards says nothing to the worker', async () => {
    const api = served({ work: () => 'done', echo: (value) => value });
    const abort = new AbortController();
    expect(await api.work(abort.signal)).toBe('done');
    abort.abort();
    await api.echo(0);
    expect(worker.received.map(({ type }) => type)).toEqual(['call', 'call']);
  });
});
