import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../src/gpu/backend.js';
import type { StartedBackend } from '../../src/gpu/backend.js';
import { firstDifference, LARGE_CASES, type Outcome, SMALL_CASES } from '../unit/network/backendCases.js';
import { expectGoldenStep } from '../unit/network/goldenStep.js';
import { WASM_URLS } from './gpuWasmUrls.js';

/** An emulated GPU compiles every shader for the CPU, for minutes on a busy machine. */
const PATIENCE = 600_000;

const expected = new Map<string, Outcome>();
let backend: StartedBackend;

beforeAll(async () => {
  await tf.setBackend('cpu');
  for (const [title, compute] of Object.entries(SMALL_CASES)) expected.set(title, await compute());
  await startBackend('wasm', { wasmUrls: WASM_URLS });
  for (const [title, compute] of Object.entries(LARGE_CASES)) expected.set(title, await compute());
  backend = await startBackend('webgpu', { wasmUrls: WASM_URLS });
  // Else small operations would run on the CPU, and test nothing.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
}, PATIENCE);
afterAll(() => backend.stop());

for (const [title, compute] of Object.entries({ ...SMALL_CASES, ...LARGE_CASES })) {
  test(
    `${title}: WebGPU trains and classifies as the reference does, and leaves nothing behind`,
    async () => {
      const before = tf.memory().numTensors;
      expect(firstDifference(await compute(), expected.get(title)!)).toBeNull();
      expect(tf.memory().numTensors).toBe(before);
    },
    PATIENCE,
  );
}

test(
  'dcs-tiny-7 on WebGPU: logits, losses, gradients, SAM, BN statistics and Adam of the published step',
  async () => {
    await expectGoldenStep('dcs-tiny-7');
  },
  PATIENCE,
);
