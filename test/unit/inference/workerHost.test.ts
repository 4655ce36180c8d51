import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import * as recognizerAssets from '../../../src/assets.recognizer.js';
import type { QcsError, SerializedError } from '../../../src/errors.js';
import type { BackendState } from '../../../src/inference/cropClassifier.js';
import type { EngineConfig, FrameRequest } from '../../../src/inference/engineTypes.js';
import type { FrameObservation } from '../../../src/inference/observation.js';
import { WorkerHost } from '../../../src/inference/workerHost.js';
import type { Argument, FromWorker, PackedValue, ToWorker } from '../../../src/worker/messages.js';
import { CLEAR_CONDITIONS } from '../../support/conditions.js';
import { ScriptedWorker } from '../worker/workers.js';

vi.mock(import('../../../src/assets.recognizer.js'));

type Call = Extract<ToWorker, { type: 'call' }>;

const url = new URL('https://page.example/');
const config: EngineConfig = {
  manifest: url,
  files: { 'weights.safetensors': url },
  muscles: false,
  detection: 'kernels',
  detector: { detector: url, visionBinary: url },
  wasm: { plain: url, simd: url },
  kernels: { simd: url, relaxed: url },
  backend: 'auto',
  firstId: 1,
};
const backend = { name: 'wasm', reason: 'asked for' } as const;
const model = { id: 'm', version: '1', classes: [], family: 'qcs', backbone: 'mobilefacenet', bytes: 0 };
const request: FrameRequest = {
  mode: 'live',
  smoothing: 0,
  prior: 'trained',
  timestamp: 0,
  stream: '',
  width: 1,
  height: 1,
};

/** A worker that answers as the test says; by default it starts and then does nothing. */
class TestWorker extends ScriptedWorker {
  /** What the page listens with for the loss of the GPU. */
  private onLost = 0;

  override postMessage(message: ToWorker): void {
    if (message.type !== 'call') {
      this.received.push(message);
      return;
    }
    // A frame that may not be read cannot be posted.
    if (message.method === 'recognize' && isTainted(message.args[0])) throw new DOMException('', 'DataCloneError');
    this.received.push(message);
    if (message.method === 'start') this.start(message);
  }
  protected start({ call, args }: Call): void {
    const [, , lost] = args;
    if (lost.kind === 'callback') this.onLost = lost.callback;
    this.answer({ type: 'alive' });
    this.answer({ type: 'answer', call, value: { backend, model } });
  }
  answer(data: FromWorker): void {
    queueMicrotask(() => this.say(data));
  }
  lose(error: SerializedError | null, state: BackendState): void {
    const told: PackedValue = error === null ? { kind: 'value', value: null, urls: [] } : { kind: 'error', error };
    this.answer({ type: 'callback', callback: this.onLost, args: [told, { kind: 'value', value: state, urls: [] }] });
  }
  frames(): Call[] {
    return this.calls().filter(({ method }) => method === 'recognize');
  }
  observe(call: number, ...ids: number[]): void {
    this.answer({ type: 'answer', call, value: observation(...ids) });
  }
}

function isTainted(argument: Argument): boolean {
  return argument.kind === 'value' && typeof argument.value === 'object' && 'tainted' in argument.value!;
}

let workers: TestWorker[];
/** The worker that is made next. */
let makeWorker: () => TestWorker;

beforeEach(() => {
  workers = [];
  vi.stubGlobal('fetch', () => new Promise(() => undefined));
  makeWorker = () => new TestWorker();
  vi.mocked(recognizerAssets.startRecognizerWorker).mockImplementation(() => {
    const worker = makeWorker();
    workers.push(worker);
    return worker.asWorker();
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

const start = () => WorkerHost.start(config, () => undefined);
const frame = (close: () => void = () => undefined) => ({ close }) as unknown as ImageBitmap;

function observation(...ids: number[]): FrameObservation {
  const point = { x: 0, y: 0 };
  const keypoints = { rightEye: point, leftEye: point, nose: point, mouth: point, rightEar: point, leftEar: point };
  const face = {
    box: { x: 0, y: 0, width: 1, height: 1 },
    score: 1,
    keypoints,
    expression: '',
    confidence: 1,
    probabilities: {},
    conditions: CLEAR_CONDITIONS,
  };
  const timing = { detect: 0, align: 0, infer: 0, total: 0 };
  return { faces: ids.map((id) => ({ id, ...face })), timing, width: 1, height: 1, timestamp: 0 };
}

async function callOf(worker: TestWorker): Promise<number> {
  await eventually(() => {
    expect(worker.frames()).not.toHaveLength(0);
  });
  return worker.frames().at(-1)!.call;
}

describe('starting', () => {
  it('asks for what the engine needs at once, and passes on what comes of it while the worker still loads its code', async () => {
    const at = (path: string) => new URL(path, url);
    const [manifest, weights, detector] = [at('manifest.json'), at('weights.safetensors'), at('detector.tflite')];
    vi.stubGlobal('fetch', async ({ href }: URL) =>
      href === weights.href ? new Response(null, { status: 404 }) : new Response(Uint8Array.of(1, 2, 3)),
    );
    makeWorker = () =>
      new (class extends TestWorker {
        protected override start(): void {}
      })();
    void WorkerHost.start(
      { ...config, manifest, files: { weights }, detector: { ...config.detector, detector } },
      () => undefined,
    );
    const heard = () =>
      workers[0]
        .calls()
        .filter(({ method }) => method === 'hear')
        .map(({ args: [, news] }) => news);
    await eventually(() => expect(heard().filter((news) => news.kind === 'error')).toHaveLength(1));
    const contents = heard().flatMap((news) =>
      news.kind === 'value' && news.value instanceof ArrayBuffer ? [news.value] : [],
    );
    expect(contents.map((content) => [...new Uint8Array(content)])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(heard()).toContainEqual({
      kind: 'error',
      error: expect.objectContaining({ code: 'model-missing' }) as object,
    });
    const [{ args }] = workers[0].calls();
    expect(args[3]).toMatchObject({ value: [detector.href, manifest.href, weights.href] });
  });

  it('asks for nothing more once it has ended', async () => {
    let asked: AbortSignal | undefined;
    vi.stubGlobal('fetch', (_: URL, { signal }: { readonly signal: AbortSignal }) => {
      asked = signal;
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    });
    makeWorker = () =>
      new (class extends TestWorker {
        protected override start(): void {}
      })();
    const controller = new AbortController();
    const starting = WorkerHost.start(config, () => undefined, controller.signal);
    await eventually(() => expect(asked).toBeDefined());
    controller.abort();
    await expect(starting).rejects.toThrow('aborted');
    expect(asked?.aborted).toBe(true);
    expect(workers).toHaveLength(1);
  });

  it('tells a worker that was never let in', async () => {
    vi.mocked(recognizerAssets.startRecognizerWorker).mockImplementation(() => {
      throw new DOMException('refused', 'SecurityError');
    });
    await expect(start()).rejects.toMatchObject({ code: 'worker-blocked' });

    const silent = new TestWorker();
    silent.postMessage = () => {
      silent.fail('');
    };
    vi.mocked(recognizerAssets.startRecognizerWorker).mockReturnValue(silent.asWorker());
    await expect(start()).rejects.toMatchObject({ code: 'worker-blocked' });
    expect(silent.isTerminated).toBe(true);
  });

  it('tells a worker that fails while it starts, and why', async () => {
    const failing = new TestWorker();
    failing.postMessage = () => {
      failing.say({ type: 'alive' });
      failing.fail('boom');
    };
    vi.mocked(recognizerAssets.startRecognizerWorker).mockReturnValue(failing.asWorker());
    await expect(start()).rejects.toMatchObject({
      code: 'internal',
      message: 'The recogniser failed: boom. Reload the page.',
    });
    expect(recognizerAssets.startRecognizerWorker).toHaveBeenCalledTimes(1);
  });

  it('passes on what the engine says, and ends the worker', async () => {
    const worker = new TestWorker();
    worker.postMessage = () => {
      worker.answer({ type: 'alive' });
      const error = { kind: 'model', code: 'model-hash', message: 'wrong' } as const;
      worker.answer({ type: 'failed', call: 1, error });
    };
    vi.mocked(recognizerAssets.startRecognizerWorker).mockReturnValue(worker.asWorker());
    await expect(start()).rejects.toMatchObject({ name: 'ModelError', code: 'model-hash' });
    expect(worker.isTerminated).toBe(true);
  });

  it('ends a worker that is no longer wanted, with the reason, and leaves one alone that is ready', async () => {
    const silent = new TestWorker();
    silent.postMessage = () => silent.say({ type: 'alive' });
    vi.mocked(recognizerAssets.startRecognizerWorker).mockReturnValue(silent.asWorker());
    const leaving = new AbortController();
    const starting = WorkerHost.start(config, () => undefined, leaving.signal);
    leaving.abort(new Error('left'));
    await expect(starting).rejects.toThrow('left');
    expect(silent.isTerminated).toBe(true);

    const ready = new TestWorker();
    vi.mocked(recognizerAssets.startRecognizerWorker).mockReturnValue(ready.asWorker());
    const staying = new AbortController();
    await WorkerHost.start(config, () => undefined, staying.signal);
    staying.abort();
    expect(ready.isTerminated).toBe(false);
  });

  it('gives the engine absolute addresses', async () => {
    await start();
    expect(workers[0].calls()[0].args[0]).toMatchObject({
      value: { manifest: url.href, files: { 'weights.safetensors': url.href }, wasm: { plain: url.href } },
      urls: expect.arrayContaining([['manifest'], ['files', 'weights.safetensors'], ['wasm', 'simd']]) as unknown,
    });
  });
});

describe('a running worker', () => {
  it('gets frames and gives each call its own answer', async () => {
    const host = await start();
    const first = host.recognize(frame(), request);
    const second = host.recognize(frame(), request);
    await eventually(() => {
      expect(workers[0].frames()).toHaveLength(2);
    });
    const [{ call: one }, { call: two }] = workers[0].frames();
    workers[0].observe(two, 2);
    workers[0].answer({ type: 'failed', call: one, error: { kind: 'runtime', code: 'internal', message: 'odd' } });
    expect((await second).faces[0].id).toBe(2);
    await expect(first).rejects.toMatchObject({ code: 'internal' });
  });

  it('names a frame of another site that may not be posted', async () => {
    const host = await start();
    const close = vi.fn();
    const tainted = Object.assign(frame(close), { tainted: true });
    await expect(host.recognize(tainted, request)).rejects.toMatchObject({ code: 'source-unreachable' });
    expect(close).toHaveBeenCalled();
  });

  it('tells of a lost GPU and of the backend after it', async () => {
    const host = await start();
    const told: (QcsError | null)[] = [];
    host.onLost((error) => told.push(error));
    const lost = { kind: 'runtime', code: 'device-lost', message: 'gone' } as const;
    workers[0].lose(lost, { name: 'webgpu', reason: '' });
    workers[0].lose(null, { name: 'wasm', reason: 'lost' });
    await eventually(() => {
      expect(told.map((error) => error?.code)).toEqual(['device-lost', undefined]);
    });
    expect(host.backend).toEqual({ name: 'wasm', reason: 'lost' });
  });

  it('is replaced after a crash, with ids that were not used before', async () => {
    const host = await start();
    const told: (string | undefined)[] = [];
    host.onLost((error) => told.push(error?.code));
    const seen = host.recognize(frame(), request);
    workers[0].observe(await callOf(workers[0]), 3, 7);
    await seen;
    const underWay = host.recognize(frame(), request);
    await eventually(() => {
      expect(workers[0].frames()).toHaveLength(2);
    });
    workers[0].fail('boom');
    await expect(underWay).rejects.toMatchObject({ code: 'internal' });
    expect(workers[0].isTerminated).toBe(true);
    const next = host.recognize(frame(), request);
    workers[1].observe(await callOf(workers[1]), 8);
    expect((await next).faces[0].id).toBe(8);
    expect(told).toEqual(['internal', undefined]);
    expect(workers[1].calls()[0]).toMatchObject({ method: 'start', args: [{ value: { firstId: 8 } }, {}, {}] });
  });

  it('is replaced when its detector fails for good', async () => {
    const host = await start();
    const failed = host.recognize(frame(), request);
    const error = { kind: 'runtime', code: 'detector-failed', message: 'stopped' } as const;
    workers[0].answer({ type: 'failed', call: await callOf(workers[0]), error });
    await expect(failed).rejects.toMatchObject({ code: 'detector-failed' });
    await eventually(() => {
      expect(workers).toHaveLength(2);
    });
  });

  it('is given up after several crashes: calls are rejected and never hang', async () => {
    const host = await start();
    const told: (QcsError | null)[] = [];
    host.onLost((error) => told.push(error));
    for (let crash = 1; crash <= 3; crash++) {
      workers.at(-1)!.fail('boom');
      const next = host.recognize(frame(), request);
      await eventually(() => {
        expect(workers).toHaveLength(crash + 1);
      });
      workers[crash].observe(await callOf(workers[crash]));
      await next;
    }
    workers.at(-1)!.fail('boom');
    const close = vi.fn();
    await expect(host.recognize(frame(close), request)).rejects.toMatchObject({ code: 'internal' });
    expect(close).toHaveBeenCalled();
    expect(workers).toHaveLength(4);
    expect(told.at(-1)?.message).toMatch(/Reload the page/);
  });

  it('is replaced when it gives no sign of life for ten seconds while it should work', async () => {
    vi.useFakeTimers();
    const host = await start();
    const hung = host.recognize(frame(), request);
    const rejected = expect(hung).rejects.toMatchObject({ code: 'internal' });
    await vi.advanceTimersByTimeAsync(7000);
    expect(workers).toHaveLength(1);
    expect(workers[0].pings()).toBeGreaterThan(5);
    await vi.advanceTimersByTimeAsync(3000);
    await rejected;
    expect(workers).toHaveLength(2);
  });

  it('is left in peace while it answers pings, and while it has nothing to do', async () => {
    vi.useFakeTimers();
    const host = await start();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(workers[0].pings()).toBe(0);
    const slow = host.recognize(frame(), request);
    for (let time = 0; time < 100; time++) {
      await vi.advanceTimersByTimeAsync(3000);
      workers[0].answer({ type: 'pong' });
    }
    workers[0].observe(workers[0].frames()[0].call);
    await vi.advanceTimersByTimeAsync(0);
    expect((await slow).faces).toEqual([]);
    expect(workers).toHaveLength(1);
  });

  it('that needs minutes to load is waited for', async () => {
    vi.useFakeTimers();
    class SlowWorker extends TestWorker {
      protected override start(call: Call): void {
        this.answer({ type: 'alive' });
        setTimeout(() => super.start(call), 120_000);
      }
    }
    makeWorker = () => new SlowWorker();
    const started = start();
    await vi.advanceTimersByTimeAsync(120_000);
    expect((await started).model).toEqual(model);
    expect(workers).toHaveLength(1);
  });

  it('is told to forget a stream, and is not started for that', async () => {
    const host = await start();
    host.forget('a');
    expect(workers[0].calls().at(-1)).toMatchObject({ method: 'forget', args: [{ value: 'a' }] });
    await host.dispose();
    host.forget('b');
    expect(workers).toHaveLength(1);
  });

  it('is not replaced once the recogniser is disposed', async () => {
    const host = await start();
    await host.dispose();
    workers[0].fail('boom');
    const close = vi.fn();
    await expect(host.recognize(frame(close), request)).rejects.toMatchObject({ code: 'disposed' });
    expect(close).toHaveBeenCalled();
    expect(workers).toHaveLength(1);
  });

  it('is given up when the one that replaces it does not start either', async () => {
    const host = await start();
    const told: (string | undefined)[] = [];
    host.onLost((error) => told.push(error?.message));
    class FailingWorker extends TestWorker {
      protected override start({ call }: Call): void {
        const error = { kind: 'model', code: 'model-missing', message: 'nothing there' } as const;
        this.answer({ type: 'alive' });
        this.answer({ type: 'failed', call, error });
      }
    }
    makeWorker = () => new FailingWorker();
    workers[0].fail('boom');
    await expect(host.recognize(frame(), request)).rejects.toMatchObject({ code: 'internal' });
    expect(told).toEqual([
      'The recogniser stopped unexpectedly and is started again.',
      'The recogniser stopped and cannot be started again. Reload the page.',
    ]);
    expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true, true]);
  });

  it('rejects what is under way when it is disposed', async () => {
    const host = await start();
    const underWay = host.recognize(frame(), request);
    await callOf(workers[0]);
    const rejected = expect(underWay).rejects.toMatchObject({ code: 'disposed' });
    await host.dispose();
    await rejected;
    expect(workers[0].isTerminated).toBe(true);
  });
});
