import { beforeEach, describe, expect, it, vi } from 'vitest';
import { RuntimeError } from '../../../src/errors.js';
import type { StartedBackend } from '../../../src/gpu/backend.js';
import type { Classifier } from '../../../src/network/classifier.js';
import * as wasmPlan from '../../../src/plan/classifier.js';
import { readKernels } from '../../../src/plan/nodeKernels.js';
import { startFaster } from '../../../src/plan/startFaster.js';
import { PlanRefusal } from '../../../src/plan/trace/refusal.js';
import * as gpuPlan from '../../../src/plan/webgpu/classifier.js';
import { TINY_CASES } from './networks.js';

const { manifest, arrays } = TINY_CASES[0].make();
const CLASSES = manifest.classes.length;

/** What the clock says, and what calls of the engines add to it. */
let clock = 0;
const FACES = 2;

interface Engine extends gpuPlan.GpuClassifier {
  readonly calls: () => number;
  readonly disposals: () => number;
}

/** A classifier whose calls take so many milliseconds, the first ones many more. */
function engine(ms: number, logit = 1, failure?: Error): Engine {
  let calls = 0;
  let disposals = 0;
  return {
    calls: () => calls,
    disposals: () => disposals,
    inputChannels: 1,
    logits: async (crops, count) => {
      expect(crops).toHaveLength(count * manifest.input.size ** 2);
      clock += ++calls <= 2 ? 1000 : ms;
      if (failure !== undefined) throw failure;
      return new Float32Array(count * CLASSES).fill(logit);
    },
    readFrame: () => Promise.reject(new Error('There is no frame.')),
    dispose: () => void disposals++,
  };
}

function backend(name: 'webgpu' | 'wasm', preference: StartedBackend['preference']): StartedBackend {
  return {
    name,
    preference,
    reason: `The reason for ${name}.`,
    device: name === 'webgpu' ? ({} as GPUDevice) : null,
    tensors: () => Promise.resolve(),
    onLost: () => () => undefined,
    stop: () => undefined,
  };
}

async function choose(gpu: Engine, wasm: Classifier | Error, begun = backend('webgpu', 'auto')) {
  vi.spyOn(gpuPlan, 'createGpuClassifier').mockResolvedValue({ classifier: gpu, half: true });
  const plan = vi.spyOn(wasmPlan, 'createPlanClassifier');
  if (wasm instanceof Error) plan.mockRejectedValue(wasm);
  else plan.mockResolvedValue({ classifier: wasm, build: 'relaxed' });
  const other = backend('wasm', 'wasm');
  const toWebAssembly = vi.fn(() => Promise.resolve(other));
  const result = await startFaster(begun, manifest, arrays, {
    toWebAssembly,
    kernels: readKernels,
    faces: FACES,
    now: () => clock,
  });
  return { ...result, toWebAssembly, other };
}

beforeEach(() => {
  vi.restoreAllMocks();
  clock = 0;
});

describe('auto, where there is a GPU', () => {
  it('keeps the GPU where that is faster, and says by how much', async () => {
    const [gpu, wasm] = [engine(4), engine(14)];
    const { started, toWebAssembly, backend } = await choose(gpu, wasm);
    expect(started.classifier).toBe(gpu);
    expect(backend.name).toBe('webgpu');
    expect(started.reason).toBe(
      'The reason for webgpu. It computes with its own kernels (WGSL, weights in float16). It was the faster when both were measured: 2.0 ms a face against 7.0 ms on WebAssembly.',
    );
    expect(toWebAssembly).not.toHaveBeenCalled();
    expect([gpu.disposals(), wasm.disposals()]).toEqual([0, 1]);
    // After the warm-up, in turn.
    expect([gpu.calls(), wasm.calls()]).toEqual([7, 7]);
  });

  it('takes WebAssembly where that is faster, and says by how much', async () => {
    const [gpu, wasm] = [engine(14), engine(4)];
    const { started, other, backend } = await choose(gpu, wasm);
    expect(started).toMatchObject({ classifier: wasm, kernels: 'relaxed' });
    expect(backend).toBe(other);
    expect(started.reason).toBe(
      'WebAssembly runs because it was faster than the GPU when both were measured: 2.0 ms a face against 7.0 ms. It computes with its own kernels (relaxed SIMD).',
    );
    expect([gpu.disposals(), wasm.disposals()]).toEqual([1, 0]);
  });

  it.each([
    ['computes something else', engine(1, 2), /because the GPU computed something else\. It computes/],
    ['computes nothing', engine(1, Number.NaN), /because the GPU computed something else\./],
    [
      'fails',
      engine(1, 1, new RuntimeError('device-lost', 'It is gone.')),
      /because the GPU failed when it was tried \(It is gone\.\)\. It computes/,
    ],
  ])('takes WebAssembly where the GPU %s', async (_, gpu, why) => {
    const { started, backend } = await choose(gpu, engine(50));
    expect(backend.name).toBe('wasm');
    expect(started.reason).toMatch(why);
    expect(gpu.disposals()).toBe(1);
  });

  it('keeps the GPU where our own kernels do not run on WebAssembly', async () => {
    const gpu = engine(14);
    const { started, toWebAssembly } = await choose(gpu, new PlanRefusal('There is no SIMD.'));
    expect(started.classifier).toBe(gpu);
    expect(gpu.calls()).toBe(0);
    expect(toWebAssembly).not.toHaveBeenCalled();
  });
});

describe('WebGPU that was asked for', () => {
  it('is checked once and kept, however slow it is', async () => {
    const [gpu, wasm] = [engine(400), engine(4)];
    const { started, toWebAssembly } = await choose(gpu, wasm, backend('webgpu', 'webgpu'));
    expect(started.classifier).toBe(gpu);
    expect(started.reason).toMatch(/ Its answers were checked against WebAssembly’s\.$/);
    expect([gpu.calls(), wasm.calls()]).toEqual([1, 1]);
    expect([gpu.disposals(), wasm.disposals()]).toEqual([0, 1]);
    expect(toWebAssembly).not.toHaveBeenCalled();
  });

  it.each([
    [
      'computes something else',
      engine(1, 2),
      /^WebAssembly runs because the GPU computed something else\. It computes/,
    ],
    ['fails', engine(1, 1, new Error('It is gone.')), /because the GPU failed when it was tried \(It is gone\.\)\./],
  ])('gives way to WebAssembly where it %s', async (_, gpu, why) => {
    const { started, backend: chosen, other } = await choose(gpu, engine(4), backend('webgpu', 'webgpu'));
    expect(chosen).toBe(other);
    expect(started.reason).toMatch(why);
    expect(gpu.disposals()).toBe(1);
  });
});

it('tries no GPU where WebAssembly runs', async () => {
  const [gpu, wasm] = [engine(14), engine(4)];
  const { started, toWebAssembly } = await choose(gpu, wasm, backend('wasm', 'auto'));
  expect(started.classifier).toBe(wasm);
  expect([gpu.calls(), wasm.calls()]).toEqual([0, 0]);
  expect(toWebAssembly).not.toHaveBeenCalled();
});
