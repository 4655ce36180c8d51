import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { RuntimeError } from '../../src/errors.js';
import { startBackend } from '../../src/gpu/backend.js';
import type { StartedBackend } from '../../src/gpu/backend.js';
import { batchNormCases, convolutionGradientCases, pairwiseDistanceCases } from '../unit/gpu/kernelCases.js';
import { WASM_URLS } from './gpuWasmUrls.js';

describe('kernels on WebGPU', () => {
  let backend: StartedBackend;
  const reports: RuntimeError[] = [];
  beforeAll(async () => {
    backend = await startBackend('webgpu', { wasmUrls: WASM_URLS });
    backend.onLost((error) => reports.push(error));
    // Else small operations would run on the CPU, and test nothing.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
  });
  afterAll(() => {
    backend.stop();
    // No command may have been refused on the way.
    expect(reports).toEqual([]);
  });
  pairwiseDistanceCases([1, 2]);
  batchNormCases([1, 2]);
  convolutionGradientCases([1, 2]);
});

describe('kernels on WebAssembly in a browser', () => {
  beforeAll(async () => {
    await startBackend('wasm', { wasmUrls: WASM_URLS });
  });
  convolutionGradientCases([3]);
});
