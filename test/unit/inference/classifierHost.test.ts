import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { RuntimeError, type QcsError } from '../../../src/errors.js';
import type { StartedBackend } from '../../../src/gpu/backend.js';
import * as backends from '../../../src/gpu/backend.js';
import { ClassifierHost } from '../../../src/inference/classifierHost.js';
import type { EngineConfig } from '../../../src/inference/engineTypes.js';
import * as classifiers from '../../../src/plan/startClassifier.js';
import * as faster from '../../../src/plan/startFaster.js';
import type { FrameReadings } from '../../../src/plan/frameFaces.js';
import type { LoadedModel } from '../../../src/weights/loadModel.js';

vi.mock(import('../../../src/gpu/backend.js'));
vi.mock(import('../../../src/plan/startClassifier.js'));
vi.mock(import('../../../src/plan/startFaster.js'));

interface TestBackend extends StartedBackend {
  lose(): void;
}

const config = { backend: 'auto', wasm: {} } as EngineConfig;
const model = { manifest: {}, arrays: new Map() } as unknown as LoadedModel;
const crop = Float32Array.of(0.25, 0.5);
/** So many that what else the heap holds does not count. */
const ANSWERS = 5000;

/** Every backend that was started, in order. */
let started: TestBackend[];
let stopped: TestBackend[];
/** How the classifiers answer. */
let classify: (crops: Float32Array) => Promise<Float32Array>;
let disposedClassifiers: number;
/** How those on a GPU answer for faces of a frame. */
let readFrame: () => Promise<FrameReadings>;

function backend(name: 'webgpu' | 'wasm'): TestBackend {
  const listeners = new Set<(error: RuntimeError) => void>();
  const made: TestBackend = {
    name,
    reason: `${name} runs`,
    preference: 'webgpu',
    device: null,
    tensors: () => Promise.resolve(),
    onLost: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      stopped.push(made);
    },
    lose: () => {
      for (const listener of listeners) listener(new RuntimeError('device-lost', 'gone'));
    },
  };
  started.push(made);
  return made;
}

beforeEach(() => {
  started = [];
  stopped = [];
  disposedClassifiers = 0;
  classify = (crops) => Promise.resolve(crops.map((value) => 2 * value));
  vi.mocked(backends.startBackend).mockImplementation((preference) =>
    Promise.resolve(backend(preference === 'wasm' ? 'wasm' : 'webgpu')),
  );
  vi.mocked(backends.restartBackend).mockImplementation(() => Promise.resolve(backend('webgpu')));
  readFrame = () => Promise.reject(new Error('not asked for'));
  vi.mocked(classifiers.readsFrames).mockImplementation((classifier) => 'readFrame' in classifier);
  vi.mocked(faster.startFaster).mockImplementation(async (backend, manifest, arrays, { kernels }) => ({
    backend,
    started: await classifiers.startClassifier(backend, kernels, manifest, arrays),
  }));
  vi.mocked(classifiers.startClassifier).mockImplementation(({ name, reason }) =>
    Promise.resolve({
      classifier: {
        inputChannels: 1,
        logits: (crops) => classify(crops),
        ...(name === 'webgpu' ? { readFrame: () => readFrame() } : {}),
        dispose: () => {
          disposedClassifiers++;
        },
      },
      kernels: null,
      reason,
    }),
  );
});

afterEach(() => {
  vi.resetAllMocks();
});

function told(host: ClassifierHost): (string | undefined)[] {
  const codes: (string | undefined)[] = [];
  host.onLost((error: QcsError | null) => codes.push(error?.code));
  return codes;
}

describe('ClassifierHost', () => {
  it('keeps nothing of what it has answered', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const host = await ClassifierHost.create(config, model);
    const heapAfter = async (answers: number): Promise<number> => {
      for (let answer = 0; answer < answers; answer++) await host.logits([crop]);
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await heapAfter(ANSWERS);
    expect(((await heapAfter(ANSWERS)) - before) / ANSWERS).toBeLessThan(50);
  });

  it('joins the logits of more crops than fit one batch', async () => {
    const host = await ClassifierHost.create(config, model);
    const sizes: number[] = [];
    classify = (crops) => {
      sizes.push(crops.length);
      return Promise.resolve(crops);
    };
    const crops = Array.from({ length: 40 }, (_, index) => Float32Array.of(index, -index));
    const logits = await host.logits(crops);
    expect([...logits]).toEqual(crops.flatMap((values) => [...values]));
    expect(Math.max(...sizes)).toBeLessThan(80);
    expect(await host.logits([])).toHaveLength(0);
  });

  it('keeps rounds short where it computes on its own thread, and lets other work in between', async () => {
    const host = await ClassifierHost.create({ ...config, backend: 'wasm' }, model);
    const rounds: number[] = [];
    classify = (crops) => {
      rounds.push(crops.length / crop.length);
      return Promise.resolve(crops);
    };
    let roundsBefore = Number.POSITIVE_INFINITY;
    setTimeout(() => (roundsBefore = rounds.length));
    const logits = await host.logits(Array.from({ length: 10 }, () => crop));
    expect(logits).toHaveLength(10 * crop.length);
    expect(rounds).toEqual([4, 4, 2]);
    expect(roundsBefore).toBe(1);
  });

  it('computes again on a new device what was under way when the GPU was lost', async () => {
    const host = await ClassifierHost.create(config, model);
    const codes = told(host);
    let calls = 0;
    classify = (crops) => {
      calls++;
      // The lost device never answers.
      return calls === 1 ? new Promise(() => undefined) : Promise.resolve(crops);
    };
    const result = host.logits([crop]);
    await eventually(() => {
      expect(calls).toBe(1);
    });
    started[0].lose();
    expect([...(await result)]).toEqual([...crop]);
    expect(codes).toEqual(['device-lost', undefined]);
    expect(host.state.name).toBe('webgpu');
    expect(disposedClassifiers).toBe(1);
  });

  it('has faces of a frame read by the GPU, again after a loss, and says where that cannot be', async () => {
    const frame = {} as ImageBitmap;
    const read = (host: ClassifierHost) => host.readFrame(frame, { width: 4, height: 4 }, []);
    const readings: FrameReadings = { logits: crop, crops: crop };
    const host = await ClassifierHost.create(config, model);
    let calls = 0;
    // The lost device never answers.
    readFrame = () => (++calls === 1 ? new Promise(() => undefined) : Promise.resolve(readings));
    const result = read(host);
    await eventually(() => {
      expect(calls).toBe(1);
    });
    started[0].lose();
    expect(await result).toBe(readings);
    readFrame = () => Promise.reject(new RangeError('The frame is too large.'));
    expect(await read(host)).toBeUndefined();
    host.dispose();
    await expect(read(host)).rejects.toMatchObject({ code: 'internal' });
    expect(await read(await ClassifierHost.create({ ...config, backend: 'wasm' }, model))).toBeUndefined();
  });

  it('does not trust an answer of a device that is lost by then', async () => {
    const host = await ClassifierHost.create(config, model);
    let calls = 0;
    classify = (crops) => {
      calls++;
      if (calls > 1) return Promise.resolve(crops);
      started[0].lose();
      return Promise.resolve(crops.map(() => 0));
    };
    expect([...(await host.logits([crop]))]).toEqual([...crop]);
  });

  it('passes other errors on', async () => {
    const host = await ClassifierHost.create(config, model);
    classify = () => Promise.reject(new Error('odd'));
    await expect(host.logits([crop])).rejects.toMatchObject({ code: 'internal' });
    expect(started).toHaveLength(1);
  });

  it('goes on with WebAssembly when no new device is to be had, and says why', async () => {
    vi.mocked(backends.restartBackend).mockRejectedValue(new RuntimeError('no-webgpu', 'none'));
    const host = await ClassifierHost.create(config, model);
    started[0].lose();
    expect([...(await host.logits([crop]))]).toEqual([0.5, 1]);
    expect(host.state.name).toBe('wasm');
    expect(host.state.reason).toMatch(/GPU was lost/);
  });

  it('gives a GPU up that is lost again and again', async () => {
    const host = await ClassifierHost.create(config, model);
    for (let losses = 0; losses < 3; losses++) {
      started.at(-1)!.lose();
      await host.logits([crop]);
    }
    expect(started.map(({ name }) => name)).toEqual(['webgpu', 'webgpu', 'webgpu', 'wasm']);
  });

  it('rejects, and does not hang, when nothing starts again', async () => {
    const host = await ClassifierHost.create(config, model);
    vi.mocked(backends.restartBackend).mockRejectedValue(new Error('no device'));
    vi.mocked(backends.startBackend).mockRejectedValue(new Error('no wasm'));
    classify = () => new Promise(() => undefined);
    const result = host.logits([crop]);
    started[0].lose();
    await expect(result).rejects.toMatchObject({ code: 'device-lost' });
    await expect(host.logits([crop])).rejects.toMatchObject({ code: 'device-lost' });
  });

  it('leaves nothing behind when it is disposed while it recovers', async () => {
    let finish: (value: TestBackend) => void = () => undefined;
    vi.mocked(backends.restartBackend).mockReturnValue(
      new Promise((resolve) => {
        finish = resolve;
      }),
    );
    const host = await ClassifierHost.create(config, model);
    const codes = told(host);
    started[0].lose();
    host.dispose();
    const late = backend('webgpu');
    finish(late);
    await eventually(() => {
      expect(stopped).toContain(late);
    });
    expect(disposedClassifiers).toBeGreaterThanOrEqual(2);
    expect(codes).toEqual(['device-lost']);
  });
});
