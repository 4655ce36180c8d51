/** Faces cut out of frames and read by the GPU, against the same engine on WebAssembly: one picture, a tiny network. */
import { expect, it, vi } from 'vitest';
import { assetUrls } from '../../../src/assets.js';
import { ClassifierHost } from '../../../src/inference/classifierHost.js';
import type { EngineConfig, FrameRequest } from '../../../src/inference/engineTypes.js';
import { openKernelFaces } from '../../../src/inference/kernelFaces.js';
import { createNetwork } from '../../../src/network/network.js';
import { fetchKernels } from '../../../src/plan/startClassifier.js';
import { sharedKernels } from '../../../src/plan/wasm/module.js';
import type { LoadedModel } from '../../../src/weights/loadModel.js';
import { COMPACT, manifestOf, randomArrays } from '../../unit/network/randomModel.js';
import { detectorUrls, monaLisa, wasmUrls } from '../support.js';

const [SIZE, CLASSES] = [32, 5];
const { kernelsRelaxed: relaxed, kernelsSimd: simd } = assetUrls();
const kernels = sharedKernels(fetchKernels({ relaxed, simd }));
const model: LoadedModel = {
  manifest: {
    ...manifestOf(COMPACT, CLASSES, { size: SIZE }),
    reading: { mirror: true },
    files: [{ part: 'base', path: 'weights.safetensors', dtype: 'float16', sha256: '', bytes: 0 }],
  },
  arrays: randomArrays(createNetwork(COMPACT, CLASSES, SIZE), 5),
};

async function engineOn(backend: 'wasm' | 'webgpu') {
  const config = { backend, wasm: wasmUrls(), kernels: { relaxed, simd } } as EngineConfig;
  const host = await ClassifierHost.create(config, model, { kernels });
  const { signal } = new AbortController();
  const faces = await openKernelFaces(detectorUrls(), { kernels, signal, onBytes: () => undefined });
  return { engine: faces.engine(model, host, 1), host, logits: vi.spyOn(host, 'logits') };
}

it('says what WebAssembly says, is given frames instead of crops, and keeps its buffers', async () => {
  const picture = await createImageBitmap(await monaLisa());
  const { width, height } = picture;
  const shared = { smoothing: 300, prior: 'trained', stream: '', width, height } as const;
  const request = (mode: FrameRequest['mode'], timestamp: number): FrameRequest => ({ ...shared, mode, timestamp });
  const wasm = await engineOn('wasm');
  const gpu = await engineOn('webgpu');
  expect(gpu.host.state.reason).toMatch(/checked against WebAssembly/);
  const made = vi.spyOn(GPUDevice.prototype, 'createBuffer');
  for (const [mode, time] of [
    ['still', 0],
    ['live', 0],
    ['live', 30],
  ] as const) {
    const [found] = (await gpu.engine.recognize(picture, request(mode, time))).faces;
    const [expected] = (await wasm.engine.recognize(picture, request(mode, time))).faces;
    expect(found.box).toEqual(expected.box);
    const numbers = ({ probabilities, conditions }: typeof found) =>
      Object.entries({ ...probabilities, ...conditions }).filter(([, value]) => typeof value === 'number');
    for (const [index, [name, value]] of numbers(found).entries()) {
      expect(Math.abs(Number(value) - Number(numbers(expected)[index][1])), `${mode} ${name}`).toBeLessThan(2e-3);
    }
    expect(found.conditions.flags).toEqual(expected.conditions.flags);
  }
  // What did not change is not cut out again: its mirror image alone goes up.
  expect(gpu.logits.mock.calls.map(([crops]) => crops.length)).toEqual([1]);
  // The cropper's own three, once.
  expect(made).toHaveBeenCalledTimes(3);
  for (const { engine } of [gpu, wasm]) engine.dispose();
});
