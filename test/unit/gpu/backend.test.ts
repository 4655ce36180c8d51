import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/gpu/backend.js';
import { installKernels } from '../../../src/gpu/kernels.js';
import { startNodeBackend } from '../../../src/gpu/node.js';

const MISSING = { plain: new URL('file:///missing/plain.wasm'), simd: new URL('file:///missing/simd.wasm') };

describe('backends in Node', () => {
  it('says that there is no WebGPU where it was asked for', async () => {
    await expect(startBackend('webgpu', { wasmUrls: MISSING })).rejects.toMatchObject({
      name: 'RuntimeError',
      code: 'no-webgpu',
    });
  });

  it('says that nothing starts where WebGPU and the WebAssembly files are both missing', async () => {
    await expect(startBackend('auto', { wasmUrls: MISSING })).rejects.toMatchObject({
      name: 'RuntimeError',
      code: 'no-backend',
    });
  });

  it('finds the installed WebAssembly files, also after a failed start', async () => {
    const backend = await startNodeBackend('wasm');
    expect(backend.name).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
    const sum = tf.sum(tf.tensor1d([1, 2, 3]));
    expect(Array.from(await sum.data())).toEqual([6]);
  });

  it('installs the kernels once', async () => {
    await startNodeBackend('wasm');
    const before = tf.getKernel(tf.BatchMatMul, 'wasm').kernelFunc;
    installKernels('wasm');
    expect(tf.getKernel(tf.BatchMatMul, 'wasm').kernelFunc).toBe(before);
  });
});
