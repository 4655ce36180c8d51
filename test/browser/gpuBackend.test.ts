import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { RuntimeError } from '../../src/errors.js';
import { restartBackend, startBackend } from '../../src/gpu/backend.js';
import type { StartedBackend } from '../../src/gpu/backend.js';
import { WASM_URLS } from './gpuWasmUrls.js';
import { hideGpu, pretendRealGpu } from './pretendedGpu.js';

const options = { wasmUrls: WASM_URLS };
const hasGpu = (await navigator.gpu?.requestAdapter()) !== null;
const onSoftware = (await navigator.gpu?.requestAdapter())?.info.isFallbackAdapter === true;

/** Four values that only a working backend gives. */
async function multiply(): Promise<number[]> {
  const [a, b] = [tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])];
  const product = tf.matMul(a, b);
  const values = Array.from(await product.data());
  tf.dispose([a, b, product]);
  return values;
}

const lostOf = (backend: StartedBackend) => new Promise<RuntimeError>((resolve) => backend.onLost(resolve));

afterEach(() => {
  Reflect.deleteProperty(navigator, 'gpu');
});

describe('startBackend', () => {
  it('takes WebAssembly without looking for a GPU where that was asked for', async () => {
    const backend = await startBackend('wasm', options);
    expect(backend.name).toBe('wasm');
    expect(backend.reason).toContain('asked for');
    expect(tf.getBackend()).toBe('wasm');
    expect(await multiply()).toEqual([19, 22, 43, 50]);
  });

  it('asks for one WebAssembly file alone, and never for the threaded one', async () => {
    await startBackend('wasm', options);
    const asked = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm'));
    expect(asked).toHaveLength(1);
    expect(asked[0].name).toContain('tfjs-backend-wasm-simd.wasm');
  });

  it.runIf(onSoftware)('does not take an emulated GPU by itself, and says so', async () => {
    const backend = await startBackend('auto', options);
    expect(backend.name).toBe('wasm');
    expect(backend.reason).toContain('emulated');
    expect(backend.device).toBeNull();
  });

  it.runIf(hasGpu)('takes WebGPU where it was asked for, with the limits of the adapter', async () => {
    const backend = await startBackend('webgpu', options);
    const adapter = await navigator.gpu.requestAdapter();
    expect(backend.name).toBe('webgpu');
    expect(backend.reason).toContain(onSoftware ? 'emulated' : "this device's GPU");
    expect(backend.device?.limits.maxBufferSize).toBe(adapter?.limits.maxBufferSize);
    expect(tf.getBackend()).toBe('webgpu');
    expect(await multiply()).toEqual([19, 22, 43, 50]);
    backend.stop();
  });

  it.runIf(hasGpu)('takes a real GPU by itself, and names it', async () => {
    await pretendRealGpu();
    const backend = await startBackend('auto', options);
    expect(backend.name).toBe('webgpu');
    expect(backend.reason).toBe("WebGPU runs on this device's GPU (acme rocket).");
    expect(await multiply()).toEqual([19, 22, 43, 50]);
    backend.stop();
  });

  it.runIf(hasGpu)('falls back to WebAssembly where the GPU cannot compute', async () => {
    await pretendRealGpu((device) => device.destroy());
    const backend = await startBackend('auto', options);
    expect(backend.name).toBe('wasm');
    expect(backend.reason).toContain('failed its first calculation');
    expect(await multiply()).toEqual([19, 22, 43, 50]);
  });

  it('falls back to WebAssembly in a browser without WebGPU, and says so', async () => {
    hideGpu();
    const backend = await startBackend('auto', options);
    expect(backend.name).toBe('wasm');
    expect(backend.reason).toBe('WebAssembly runs because this browser has no WebGPU.');
  });

  it('falls back to WebAssembly where there is no adapter', async () => {
    hideGpu({ requestAdapter: () => Promise.resolve(null) });
    expect((await startBackend('auto', options)).reason).toContain('WebGPU found no usable GPU');
  });

  it('falls back to WebAssembly where the device does not start', async () => {
    const info = { isFallbackAdapter: false, architecture: '', vendor: '', description: '' } as GPUAdapterInfo;
    const adapter = {
      info,
      features: new Set<string>(),
      limits: {},
      requestDevice: () => Promise.reject(new DOMException('no', 'OperationError')),
    } as unknown as GPUAdapter;
    hideGpu({ requestAdapter: () => Promise.resolve(adapter) });
    const backend = await startBackend('auto', options);
    expect(backend.name).toBe('wasm');
    expect(backend.reason).toContain('did not start');
  });

  it('refuses where WebGPU was asked for and there is none', async () => {
    hideGpu();
    const failure = await startBackend('webgpu', options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RuntimeError);
    expect(failure).toMatchObject({
      code: 'no-webgpu',
      message: 'This browser has no WebGPU. Choose the backend "auto" or "wasm".',
    });
  });
});

describe.runIf(hasGpu)('the loss of a device', () => {
  it('is reported once, and a restart computes on a new device', async () => {
    const before = tf.memory().numTensors;
    const backend = await startBackend('webgpu', options);
    const stranded = tf.tensor1d([1, 2, 3]);
    tf.square(stranded).dispose();
    const reports: RuntimeError[] = [];
    backend.onLost((error) => reports.push(error));
    const lost = lostOf(backend);
    backend.device?.destroy();
    expect(await lost).toMatchObject({ code: 'device-lost' });

    const again = await restartBackend(backend, options);
    expect(again.name).toBe('webgpu');
    expect(again.device).not.toBe(backend.device);
    expect(await multiply()).toEqual([19, 22, 43, 50]);
    stranded.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(reports).toHaveLength(1);
    again.stop();
  });

  it.each([
    ['memory that the GPU does not have', () => new GPUOutOfMemoryError('too much'), 'out-of-memory'],
    ['a refused command', () => new GPUValidationError('wrong'), 'internal'],
  ])('counts %s as a loss, as results would be wrong from there on', async (_, error, code) => {
    const backend = await startBackend('webgpu', options);
    const lost = lostOf(backend);
    backend.device?.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error: error() }));
    expect(await lost).toMatchObject({ code });
    backend.stop();
  });

  it('is reported at once to those who ask later', async () => {
    const backend = await startBackend('webgpu', options);
    const lost = lostOf(backend);
    backend.device?.destroy();
    await lost;
    expect(await lostOf(backend)).toMatchObject({ code: 'device-lost' });
    backend.stop();
  });

  it('is not reported when the backend was stopped on purpose, nor to those who stopped to listen', async () => {
    const backend = await startBackend('webgpu', options);
    const reports: RuntimeError[] = [];
    backend.onLost((error) => reports.push(error));
    const ended = backend.device?.lost;
    backend.stop();
    await ended;
    const second = await startBackend('webgpu', options);
    second.onLost((error) => reports.push(error))();
    const lost = lostOf(second);
    second.device?.destroy();
    await lost;
    expect(reports).toEqual([]);
    second.stop();
  });

  it('leaves WebAssembly where the GPU does not come back', async () => {
    const backend = await startBackend('webgpu', options);
    const lost = lostOf(backend);
    backend.device?.destroy();
    await lost;
    hideGpu({ requestAdapter: () => Promise.resolve(null) });
    const again = await restartBackend({ ...backend, preference: 'auto' }, options);
    expect(again.name).toBe('wasm');
    expect(await multiply()).toEqual([19, 22, 43, 50]);
  });
});
