import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as assets from '../../../src/assets.js';
import type { QcsError } from '../../../src/errors.js';
import type { EngineConfig, FrameRequest } from '../../../src/inference/engineTypes.js';
import type { FrameObservation } from '../../../src/inference/observation.js';
import type { FromWorker, ToWorker } from '../../../src/inference/protocol.js';
import { WorkerHost } from '../../../src/inference/workerHost.js';

vi.mock(import('../../../src/assets.js'));

const url = new URL('https://page.example/');
const config: EngineConfig = {
  manifest: url,
  files: { 'weights.safetensors': url },
  detector: { detector: url, visionBinary: url },
  wasm: { plain: url, simd: url },
  backend: 'auto',
  firstId: 1,
};
const backend = { name: 'wasm', reason: 'asked for' } as const;
const model = { id: 'm', version: '1', classes: [], family: 'qcs', backbone: 'mobilefacenet', bytes: 0 };
const request: FrameRequest = { mode: 'live', smoothing: 0, timestamp: 0, stream: '', width: 1, height: 1 };

/** A worker that answers as the test says; by default it starts and then does nothing. */
class TestWorker extends EventTarget {
  readonly received: ToWorker[] = [];
  terminated = false;

  postMessage(message: ToWorker): void {
    // A frame that may not be read cannot be posted.
    if (message.type === 'recognize' && 'tainted' in message.frame) throw new DOMException('', 'DataCloneError');
    this.received.push(message);
    if (message.type === 'start') {
      this.answer({ type: 'alive' });
      this.answer({ type: 'started', backend, model });
    }
  }
  answer(data: FromWorker): void {
    queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data })));
  }
  fail(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), { message }));
  }
  terminate(): void {
    this.terminated = true;
  }
  calls(): Extract<ToWorker, { type: 'recognize' }>[] {
    return this.received.filter((message) => message.type === 'recognize');
  }
}

let workers: TestWorker[];

beforeEach(() => {
  workers = [];
  vi.mocked(assets.startRecognizerWorker).mockImplementation(() => {
    const worker = new TestWorker();
    workers.push(worker);
    return worker as unknown as Worker;
  });
});

afterEach(() => {
  vi.useRealTimers();
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
  };
  const timing = { detect: 0, align: 0, infer: 0, total: 0 };
  return { faces: ids.map((id) => ({ id, ...face })), timing, width: 1, height: 1, timestamp: 0 };
}

async function callOf(worker: TestWorker): Promise<number> {
  await vi.waitFor(() => {
    expect(worker.calls()).not.toHaveLength(0);
  });
  return worker.calls().at(-1)!.call;
}

describe('starting', () => {
  it('tells a worker that was never let in', async () => {
    vi.mocked(assets.startRecognizerWorker).mockImplementation(() => {
      throw new DOMException('refused', 'SecurityError');
    });
    await expect(start()).rejects.toMatchObject({ code: 'worker-blocked' });

    const silent = new TestWorker();
    silent.postMessage = () => {
      silent.fail('');
    };
    vi.mocked(assets.startRecognizerWorker).mockReturnValue(silent as unknown as Worker);
    await expect(start()).rejects.toMatchObject({ code: 'worker-blocked' });
    expect(silent.terminated).toBe(true);
  });

  it('passes on what the engine says, and ends the worker', async () => {
    const worker = new TestWorker();
    worker.postMessage = () => {
      worker.answer({ type: 'alive' });
      worker.answer({ type: 'start-failed', error: { kind: 'model', code: 'model-hash', message: 'wrong' } });
    };
    vi.mocked(assets.startRecognizerWorker).mockReturnValue(worker as unknown as Worker);
    await expect(start()).rejects.toMatchObject({ name: 'ModelError', code: 'model-hash' });
    expect(worker.terminated).toBe(true);
  });
});

describe('a running worker', () => {
  it('gets frames and gives each call its own answer', async () => {
    const host = await start();
    const first = host.recognize(frame(), request);
    const second = host.recognize(frame(), request);
    await vi.waitFor(() => {
      expect(workers[0].calls()).toHaveLength(2);
    });
    const [{ call: one }, { call: two }] = workers[0].calls();
    workers[0].answer({ type: 'observation', call: two, observation: observation(2) });
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
    workers[0].answer({ type: 'lost', error: lost, backend: { name: 'webgpu', reason: '' } });
    workers[0].answer({ type: 'lost', error: null, backend: { name: 'wasm', reason: 'lost' } });
    await vi.waitFor(() => {
      expect(told.map((error) => error?.code)).toEqual(['device-lost', undefined]);
    });
    expect(host.backend).toEqual({ name: 'wasm', reason: 'lost' });
  });

  it('is replaced after a crash, with ids that were not used before', async () => {
    const host = await start();
    const seen = host.recognize(frame(), request);
    workers[0].answer({ type: 'observation', call: await callOf(workers[0]), observation: observation(3, 7) });
    await seen;
    const underWay = host.recognize(frame(), request);
    await vi.waitFor(() => {
      expect(workers[0].calls()).toHaveLength(2);
    });
    workers[0].fail('boom');
    await expect(underWay).rejects.toMatchObject({ code: 'internal' });
    expect(workers[0].terminated).toBe(true);
    const next = host.recognize(frame(), request);
    workers[1].answer({ type: 'observation', call: await callOf(workers[1]), observation: observation(8) });
    expect((await next).faces[0].id).toBe(8);
    expect(workers[1].received[0]).toMatchObject({ type: 'start', config: { firstId: 8 } });
  });

  it('is replaced when its detector fails for good', async () => {
    const host = await start();
    const failed = host.recognize(frame(), request);
    const error = { kind: 'runtime', code: 'detector-failed', message: 'stopped' } as const;
    workers[0].answer({ type: 'failed', call: await callOf(workers[0]), error });
    await expect(failed).rejects.toMatchObject({ code: 'detector-failed' });
    await vi.waitFor(() => {
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
      await vi.waitFor(() => {
        expect(workers).toHaveLength(crash + 1);
      });
      workers[crash].answer({ type: 'observation', call: await callOf(workers[crash]), observation: observation() });
      await next;
    }
    workers.at(-1)!.fail('boom');
    const close = vi.fn();
    await expect(host.recognize(frame(close), request)).rejects.toMatchObject({ code: 'internal' });
    expect(close).toHaveBeenCalled();
    expect(workers).toHaveLength(4);
    expect(told.at(-1)?.message).toMatch(/Reload the page/);
  });

  it('is replaced when it gives no sign of life for a minute while it should work', async () => {
    vi.useFakeTimers();
    const host = await start();
    const hung = host.recognize(frame(), request);
    const rejected = expect(hung).rejects.toMatchObject({ code: 'internal' });
    await vi.advanceTimersByTimeAsync(55_000);
    expect(workers).toHaveLength(1);
    expect(workers[0].received.filter(({ type }) => type === 'ping').length).toBeGreaterThan(5);
    await vi.advanceTimersByTimeAsync(15_000);
    await rejected;
    expect(workers).toHaveLength(2);
  });

  it('is left in peace while it answers pings, and while it has nothing to do', async () => {
    vi.useFakeTimers();
    const host = await start();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(workers[0].received.some(({ type }) => type === 'ping')).toBe(false);
    const slow = host.recognize(frame(), request);
    for (let time = 0; time < 30; time++) {
      await vi.advanceTimersByTimeAsync(10_000);
      workers[0].answer({ type: 'pong' });
    }
    workers[0].answer({ type: 'observation', call: workers[0].calls()[0].call, observation: observation() });
    await vi.advanceTimersByTimeAsync(0);
    expect((await slow).faces).toEqual([]);
    expect(workers).toHaveLength(1);
  });

  it('rejects what is under way when it is disposed', async () => {
    const host = await start();
    const underWay = host.recognize(frame(), request);
    await callOf(workers[0]);
    const rejected = expect(underWay).rejects.toMatchObject({ code: 'disposed' });
    await host.dispose();
    await rejected;
    expect(workers[0].terminated).toBe(true);
  });
});
