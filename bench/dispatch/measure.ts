/** What calls of the shipped model cost the processor on a GPU that computes nothing. */
import * as tf from '@tensorflow/tfjs-core';
import { quantile } from '../../src/base/numbers.js';
import { installKernels } from '../../src/gpu/kernels.js';
import { type Classifier, createClassifier } from '../../src/network/classifier.js';
import { createGpuClassifier } from '../../src/plan/webgpu/classifier.js';
import type { LoadedModel } from '../../src/weights/loadModel.js';
import { countCalls, type Counts, provideNullGpu } from './nullGpu.js';

export interface DispatchCosts {
  readonly engine: string;
  readonly faces: number;
  /** Of one call, after the first ones. */
  readonly counts: Counts;
  /** First quartile, median and third quartile of a call, ms. */
  readonly quartiles: readonly [number, number, number];
}

interface Contender {
  readonly engine: string;
  readonly classifier: Classifier;
  readonly faces: number;
}

/** Calls that are not counted: shaders are compiled in the first, and the engine compiles our own code in the next. */
const WARM_UP = 20;

export async function measureDispatch(
  { manifest, arrays }: LoadedModel,
  rounds: number,
): Promise<readonly DispatchCosts[]> {
  const device = await openNullDevice();
  await useTensorFlow(device);
  const stock = await createClassifier(manifest, arrays);
  const { classifier: own } = await createGpuClassifier(manifest, arrays, device);
  const contenders: readonly Contender[] = [
    { engine: 'TensorFlow.js', classifier: stock, faces: 1 },
    { engine: 'own kernels', classifier: own, faces: 1 },
    { engine: 'own kernels', classifier: own, faces: 4 },
    { engine: 'own kernels', classifier: own, faces: 16 },
  ];
  const side = manifest.input.size;
  const crop = new Float32Array(16 * side * side * own.inputChannels).fill(0.5);
  const call = ({ classifier, faces }: Contender) =>
    classifier.logits(crop.subarray(0, (faces * crop.length) / 16), faces);
  const times = contenders.map((): number[] => []);
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const start = performance.now();
      await call(contender);
      if (round >= 0) times[index].push(performance.now() - start);
    }
  }
  const costs: DispatchCosts[] = [];
  for (const [index, contender] of contenders.entries()) {
    const { engine, faces } = contender;
    const at = (share: number) => quantile(times[index], share);
    const counts = await countCalls(() => call(contender));
    costs.push({ engine, faces, counts, quartiles: [at(0.25), at(0.5), at(0.75)] });
  }
  stock.dispose();
  own.dispose();
  device.destroy();
  return costs;
}

async function openNullDevice(): Promise<GPUDevice> {
  const adapter = await provideNullGpu().requestAdapter();
  if (adapter === null) throw new Error('Dawn has no null backend here.');
  const { maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize } = adapter.limits;
  return adapter.requestDevice({
    requiredFeatures: adapter.features.has('shader-f16') ? ['shader-f16'] : [],
    requiredLimits: { maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize },
  });
}

/** As `startBackend` does, but for its check of the arithmetic: there is none. */
async function useTensorFlow(device: GPUDevice): Promise<void> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, device.adapterInfo));
  await tf.setBackend('webgpu');
  installKernels('webgpu');
}
