import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { provideNullGpu } from '../../../bench/dispatch/nullGpu.js';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { startBackendAt, type StartedBackend } from '../../../src/gpu/backend.js';
import { createClassifier } from '../../../src/network/classifier.js';
import { measureInt8 } from '../../../src/plan/classifier.js';
import { startNodeClassifier } from '../../../src/plan/nodeClassifier.js';
import { readKernels } from '../../../src/plan/nodeKernels.js';
import { fetchKernels, startClassifier } from '../../../src/plan/startClassifier.js';
import * as tracing from '../../../src/plan/trace/trace.js';
import { PlanRefusal } from '../../../src/plan/trace/refusal.js';
import { largestDifference } from '../network/numbers.js';
import { randomCrops, TINY_CASES } from './networks.js';

const model = TINY_CASES[0].make();
const { manifest, arrays } = model;
const loaded = { manifest, arrays };
const classes = manifest.classes.length;

/** A backend that was started `lazy`, and how often TensorFlow.js was asked for. */
function lazyBackend(name: StartedBackend['name'] = 'wasm') {
  const tensors = vi.fn(async () => {
    await startNodeBackend('wasm');
  });
  return { name, reason: 'It was asked for.', device: null, tensors };
}

let crops: Float32Array;
let expected: Float32Array;

beforeAll(async () => {
  await startNodeBackend('wasm');
  crops = randomCrops(model, 5);
  const classifier = await createClassifier(manifest, arrays);
  expected = await classifier.logits(crops, 5);
  classifier.dispose();
});

beforeEach(() => {
  vi.restoreAllMocks();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a classifier on WebAssembly', () => {
  it('computes with our own kernels, without TensorFlow.js, and says so', async () => {
    const backend = lazyBackend();
    const { classifier, reason } = await startClassifier(backend, readKernels, manifest, arrays);
    expect(reason).toMatch(/^It was asked for\. .*own kernels \((relaxed )?SIMD\)/);
    expect(backend.tensors).not.toHaveBeenCalled();
    expect(largestDifference(await classifier.logits(crops, 5), expected)).toBeLessThan(1e-4);
    classifier.dispose();
  });

  it('computes in int8 by the ranges of the manifest, which measureInt8 makes from crops, and says so', async () => {
    const length = crops.length / 5;
    const faces = Array.from({ length: 5 }, (_, face) => crops.subarray(face * length, (face + 1) * length));
    const int8 = await measureInt8(manifest, arrays, readKernels, faces);
    const { classifier, reason } = await startClassifier(lazyBackend(), readKernels, { ...manifest, int8 }, arrays);
    expect(reason).toMatch(/own kernels \((relaxed )?SIMD, int8\)/);
    const difference = largestDifference(await classifier.logits(crops, 5), expected);
    const scale = Math.max(...expected.map(Math.abs));
    expect(difference).toBeGreaterThan(1e-4 * scale);
    expect(difference).toBeLessThan(0.2 * scale);
    classifier.dispose();
  });

  it('refuses a range for what the network does not multiply with', async () => {
    const int8 = { ranges: { 'somewhere.weight': [0, 1] } } as const;
    const started = startClassifier(lazyBackend(), readKernels, { ...manifest, int8 }, arrays);
    await expect(started).rejects.toMatchObject({ code: 'model-format' });
  });

  it.each([1, 2, 3, 4, 5])('gives %i faces what each gets alone', async (count) => {
    const { classifier } = await startClassifier(lazyBackend(), readKernels, manifest, arrays);
    const length = crops.length / 5;
    const together = await classifier.logits(crops.subarray(0, count * length), count);
    expect(together).toHaveLength(count * classes);
    for (let face = 0; face < count; face++) {
      const alone = await classifier.logits(crops.subarray(face * length, (face + 1) * length), 1);
      expect([...alone]).toEqual([...together.subarray(face * classes, (face + 1) * classes)]);
    }
    classifier.dispose();
  });

  it('answers a crop that is not finite with logits that are not, and the next crop as ever', async () => {
    const { classifier } = await startClassifier(lazyBackend(), readKernels, manifest, arrays);
    const length = crops.length / 5;
    const damaged = crops.slice(0, 2 * length);
    damaged[length / 2] = Number.NaN;
    const logits = await classifier.logits(damaged, 2);
    expect(logits.subarray(0, classes).every(Number.isNaN)).toBe(true);
    expect(largestDifference(logits.subarray(classes), expected.subarray(classes, 2 * classes))).toBeLessThan(1e-4);
    classifier.dispose();
  });

  it('refuses wrong numbers of values and use after disposal by name', async () => {
    const { classifier } = await startClassifier(lazyBackend(), readKernels, manifest, arrays);
    await expect(classifier.logits(new Float32Array(1000), 1)).rejects.toThrow(RangeError);
    expect(await classifier.logits(new Float32Array(0), 0)).toHaveLength(0);
    classifier.dispose();
    classifier.dispose();
    await expect(classifier.logits(crops.subarray(0, crops.length / 5), 1)).rejects.toMatchObject({ code: 'disposed' });
  });

  it.each<readonly [string, () => Parameters<typeof startClassifier>[1], RegExp]>([
    [
      'the network asks for what no plan knows',
      () => {
        vi.spyOn(tracing, 'traceNetwork').mockImplementation(() => {
          throw new PlanRefusal('It has a Fourier transform.');
        });
        return readKernels;
      },
      /Fourier/,
    ],
    [
      'the engine has no SIMD',
      () => {
        vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
        return readKernels;
      },
      /no WebAssembly SIMD/,
    ],
    [
      'the kernels are not there',
      () => {
        vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status: 404 })));
        return fetchKernels({ simd: new URL('https://page.example/a'), relaxed: new URL('https://page.example/b') });
      },
      /404/,
    ],
    ['nothing answers', () => () => Promise.reject(new TypeError('Failed to fetch')), /Failed to fetch/],
  ])('falls back on TensorFlow.js where %s, and says why', async (_, kernelsWhere, why) => {
    const backend = lazyBackend();
    const { classifier, reason } = await startClassifier(backend, kernelsWhere(), manifest, arrays);
    expect(backend.tensors).toHaveBeenCalledTimes(1);
    expect(reason).toMatch(/TensorFlow\.js computes/);
    expect(reason).toMatch(why);
    expect(largestDifference(await classifier.logits(crops, 5), expected)).toBeLessThan(1e-4);
    classifier.dispose();
  });

  it('says what is wrong with a model', async () => {
    const lacking = new Map(arrays);
    lacking.delete('embed_3.bias');
    const backend = lazyBackend();
    await expect(startClassifier(backend, readKernels, manifest, lacking)).rejects.toMatchObject({
      code: 'model-parameters',
    });
    expect(backend.tensors).not.toHaveBeenCalled();
  });
});

describe('a classifier on WebGPU', () => {
  async function gpuBackend() {
    const adapter = await provideNullGpu().requestAdapter();
    const device = await adapter!.requestDevice();
    return { ...lazyBackend('webgpu'), device };
  }

  it('computes with our own kernels, without TensorFlow.js, and says so', async () => {
    const backend = await gpuBackend();
    const onError = vi.fn();
    backend.device.addEventListener('uncapturederror', onError);
    const ofWebAssembly = vi.fn(readKernels);
    const { classifier, reason, kernels } = await startClassifier(backend, ofWebAssembly, manifest, arrays);
    expect(reason).toBe('It was asked for. It computes with its own kernels (WGSL).');
    expect(kernels).toBeNull();
    expect(backend.tensors).not.toHaveBeenCalled();
    expect(ofWebAssembly).not.toHaveBeenCalled();
    expect(await classifier.logits(crops, 5)).toHaveLength(5 * classes);
    await expect(classifier.logits(new Float32Array(1000), 1)).rejects.toThrow(RangeError);
    expect(await classifier.logits(new Float32Array(0), 0)).toHaveLength(0);
    const late = classifier.logits(crops, 5);
    classifier.dispose();
    await expect(late).rejects.toMatchObject({ code: 'disposed' });
    await expect(classifier.logits(crops, 5)).rejects.toMatchObject({ code: 'disposed' });
    expect(onError).not.toHaveBeenCalled();
    backend.device.destroy();
  });

  it('falls back on TensorFlow.js where a shader is refused, and says why', async () => {
    const backend = await gpuBackend();
    vi.spyOn(backend.device, 'createComputePipelineAsync').mockRejectedValue(new Error('This GPU knows no loops.'));
    const { classifier, reason } = await startClassifier(backend, readKernels, manifest, arrays);
    expect(reason).toMatch(/^It was asked for\. TensorFlow\.js computes\. .*knows no loops/);
    expect(backend.tensors).toHaveBeenCalledTimes(1);
    expect(largestDifference(await classifier.logits(crops, 5), expected)).toBeLessThan(1e-4);
    classifier.dispose();
    backend.device.destroy();
  });

  it('falls back on TensorFlow.js where the device allows too little memory', async () => {
    const backend = await gpuBackend();
    const limits = new Proxy(backend.device.limits, {
      get: (all, name: keyof GPUSupportedLimits) => (name === 'maxStorageBufferBindingSize' ? 4096 : all[name]),
    });
    vi.spyOn(backend.device, 'limits', 'get').mockReturnValue(limits);
    const { classifier, reason } = await startClassifier(backend, readKernels, manifest, arrays);
    expect(reason).toMatch(/TensorFlow\.js computes\. .*larger buffers/);
    classifier.dispose();
    backend.device.destroy();
  });
});

describe('in Node', () => {
  it('the command line’s WebAssembly is our own', async () => {
    const { classifier, reason, stop } = await startNodeClassifier('wasm', loaded);
    expect(reason).toMatch(/own kernels/);
    expect(largestDifference(await classifier.logits(crops, 5), expected)).toBeLessThan(1e-4);
    stop();
    await expect(classifier.logits(crops, 5)).rejects.toMatchObject({ code: 'disposed' });
  });

  it('plain JavaScript stays the reference', async () => {
    const { reason, stop } = await startNodeClassifier('cpu', loaded);
    expect(reason).not.toMatch(/kernels/);
    stop();
  });

  it('a backend that waits loads nothing before it is asked', async () => {
    const missing = { plain: '/nowhere/plain.wasm', simd: '/nowhere/simd.wasm' };
    const before = tf.getBackend();
    const backend = await startBackendAt('wasm', missing, true);
    expect(backend.name).toBe('wasm');
    expect(tf.getBackend()).toBe(before);
  });
});
