/** What a forward asks of the GPU, on Dawn's null backend: it checks every shader and command, and computes nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countCalls, provideNullGpu } from '../../../../bench/dispatch/nullGpu.js';
import { foldedNetwork } from '../../../../src/network/foldedNetwork.js';
import type { Classifier } from '../../../../src/network/classifier.js';
import { createGpuClassifier, gpuGraph } from '../../../../src/plan/webgpu/classifier.js';
import { createGpuProgram } from '../../../../src/plan/webgpu/program.js';
import { TINY_CASES } from '../networks.js';
import { shippedModel } from '../shipped.js';

let device: GPUDevice;
const errors: string[] = [];

async function openDevice(requiredFeatures: GPUFeatureName[]): Promise<GPUDevice> {
  const adapter = await provideNullGpu().requestAdapter();
  // No limits: what is asked for must do with the least that a device may have.
  const opened = await adapter!.requestDevice({ requiredFeatures });
  opened.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
  return opened;
}

beforeAll(async () => {
  device = await openDevice(['shader-f16']);
});
afterAll(() => device.destroy());

describe('the shipped model', () => {
  let classifier: Classifier;
  const crops = (count: number) => new Float32Array(count * 112 * 112).fill(0.5);

  beforeAll(async () => {
    const { manifest, arrays } = await shippedModel();
    const created = await createGpuClassifier(manifest, arrays, device);
    ({ classifier } = created);
    expect(created.half).toBe(true);
    await classifier.logits(crops(1), 1);
  });

  it.each([1, 4, 16])('takes %i faces in one submit, and makes nothing anew', async (count) => {
    const counts = await countCalls(() => classifier.logits(crops(count), count));
    expect(counts).toEqual({
      dispatches: 54,
      passes: 1,
      submits: 1,
      readbacks: 1,
      writeBuffers: 1,
      newBuffers: 0,
      newBindGroups: 0,
      newPipelines: 0,
    });
    expect(errors).toEqual([]);
  });

  it('takes more faces than a batch has in as few batches as there must be', async () => {
    const counts = await countCalls(() => classifier.logits(crops(17), 17));
    expect(counts).toMatchObject({ submits: 2, readbacks: 2, writeBuffers: 2, newBuffers: 0 });
  });

  it('shares pipelines between steps that differ in nothing but places and sizes', async () => {
    const { manifest, arrays } = await shippedModel();
    const program = await createGpuProgram(gpuGraph(foldedNetwork(manifest, arrays)), device, { faces: 1 });
    expect(program.counts.dispatches).toBeLessThanOrEqual(60);
    expect(program.counts.pipelines).toBeLessThanOrEqual(30);
    // Half the weights, three and a half million of them, are most of it.
    expect(program.counts.bytes).toBeLessThan(12e6);
    program.destroy();
  });
});

describe.each(TINY_CASES)('$title', ({ make }) => {
  it('compiles with weights in float16 and in float32, within the limits that every device has', async () => {
    const graph = gpuGraph(make().folded);
    for (const half of [true, false]) {
      const program = await createGpuProgram(graph, device, { faces: 3, half });
      expect(program.half).toBe(half);
      await program.run(new Float32Array(3 * program.inputLength), 3);
      program.destroy();
    }
    expect(errors).toEqual([]);
  });
});
