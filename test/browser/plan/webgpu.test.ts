/** Our WGSL kernels on the GPU that there is, or on an emulated one, against the reference and against our WebAssembly kernels. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { resizeHalfPixel } from '../../../src/faces/resize.js';
import { startBackend } from '../../../src/gpu/backend.js';
import { openDevice } from '../../../src/gpu/device.js';
import type { Classifier } from '../../../src/network/classifier.js';
import { foldedNetwork, withOnes } from '../../../src/network/foldedNetwork.js';
import { type Graph, sizeOf } from '../../../src/plan/graph.js';
import { createPlanClassifier } from '../../../src/plan/classifier.js';
import { executeReference } from '../../../src/plan/reference/execute.js';
import { startFaster } from '../../../src/plan/startFaster.js';
import { createGpuClassifier, gpuGraph } from '../../../src/plan/webgpu/classifier.js';
import { createGpuProgram } from '../../../src/plan/webgpu/program.js';
import { float16ToFloat32, float32ToFloat16 } from '../../../src/weights/halfPrecision.js';
import { loadModel } from '../../../src/weights/loadModel.js';
import type { NamedArrays } from '../../../src/weights/namedArray.js';
import { readSafetensors } from '../../../src/weights/safetensors.js';
import { largestDifference } from '../../unit/network/numbers.js';
import { randomCrops, TINY_CASES } from '../../unit/plan/networks.js';
import { WASM_URLS } from '../gpuWasmUrls.js';
import { pretendRealGpu } from '../pretendedGpu.js';
import { NODE_CASES } from '../../unit/plan/webgpu/nodeCases.js';

/** An emulated GPU compiles every shader for the CPU, for minutes on a busy machine. */
const PATIENCE = 600_000;

let device: GPUDevice;
const errors: string[] = [];
/** Kept to the end: a shader that a living pipeline has is not compiled again. */
const kept: Classifier[] = [];

const kernels = (build: string) => fetch(`/runtime/kernels-${build}.wasm`);

beforeAll(async () => {
  const opened = await openDevice({ allowSoftware: true });
  if ('refused' in opened) throw new Error(opened.refused);
  ({ device } = opened);
  device.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
}, PATIENCE);
afterAll(() => {
  for (const classifier of kept) classifier.dispose();
  device.destroy();
  expect(errors).toEqual([]);
});

test(
  'every kernel computes what the reference does, for each face of a batch, at sizes that fill no tile; NaN stays NaN',
  async () => {
    const faces = 3;
    const off: string[] = [];
    for (const { title, graph } of NODE_CASES) {
      const length = sizeOf(graph.values.get(graph.input)!.shape);
      const random = new Random(11);
      const images = Float32Array.from({ length: faces * length }, () => random.normal());
      const program = await createGpuProgram(graph, device, { faces });
      const results = await program.run(images, faces);
      const size = program.outputLength;
      for (let face = 0; face < faces; face++) {
        const expected = executeReference(graph, images.subarray(face * length, (face + 1) * length));
        const scale = Math.max(1, ...expected.map(Math.abs));
        const difference = largestDifference(results.subarray(face * size, (face + 1) * size), expected);
        if (!(difference < 1e-5 * scale)) off.push(`${title}, face ${face}: ${difference}`);
      }
      // NaN must not be hidden by a maximum, a clamp or an activation.
      const nothing = new Float32Array(faces * length).fill(Number.NaN);
      const [lost, wanted] = [await program.run(nothing, faces), executeReference(graph, nothing.subarray(0, length))];
      if (!wanted.every((value, index) => Number.isNaN(value) === Number.isNaN(lost[index]))) off.push(`${title}, NaN`);
      program.destroy();
    }
    expect(off).toEqual([]);
  },
  PATIENCE,
);

async function both(
  manifest: Parameters<typeof createGpuClassifier>[0],
  arrays: NamedArrays,
  crops: Float32Array,
  count: number,
): Promise<readonly [Float32Array, Float32Array]> {
  const { int8: _, ...float } = manifest;
  const { classifier: own } = await createPlanClassifier(float, arrays, kernels);
  const { classifier } = await createGpuClassifier(manifest, arrays, device);
  kept.push(classifier);
  return [await classifier.logits(crops, count), await own.logits(crops, count)];
}

describe.each(TINY_CASES)('$title', ({ make }) => {
  test(
    'on the GPU is what it is on WebAssembly, for each face of a batch',
    async () => {
      const model = make();
      // The amend representation module and ResNet-18 are as wide as ever.
      const count = model.folded.network.size > 32 ? 1 : 3;
      const [found, expected] = await both(model.manifest, model.arrays, randomCrops(model, count), count);
      const scale = Math.max(1, ...expected.map(Math.abs));
      expect(largestDifference(found, expected)).toBeLessThan(1e-4 * scale);
    },
    PATIENCE,
  );
});

describe('the shipped model', () => {
  /** With all constants of the plan, as a device with float16 would keep its matrices. */
  const rounded = (graph: Graph): Graph => ({
    ...graph,
    values: new Map(
      [...graph.values].map(([id, { shape, constant }]) => {
        if (constant === undefined) return [id, { shape }];
        const data = float16ToFloat32(float32ToFloat16(constant.data));
        return [id, { shape, constant: { ...constant, data } }];
      }),
    ),
  });

  test(
    'gives the logits of WebAssembly, also with all weights rounded to float16; NaN stays NaN',
    async () => {
      const { manifest, arrays } = await loadModel(new URL('/models/qcs-mobile/manifest.json', location.href));
      const file = await fetch('/test/fixtures/qcs-mobile.shipped.golden.safetensors');
      const { data, shape } = readSafetensors(new Uint8Array(await file.arrayBuffer())).get('crops')!;
      const side = shape[1];
      const pixels = data.slice(0, side * side).map((value) => value / 255);
      const { data: crop } = resizeHalfPixel({ data: pixels, width: side, height: side, channels: 1 }, 112, 112);
      const damaged = crop.slice();
      damaged[6000] = Number.NaN;
      const crops = Float32Array.from([...crop, ...damaged]);
      const [found, expected] = await both(manifest, arrays, crops, 2);
      expect(largestDifference(found.subarray(0, 8), expected.subarray(0, 8))).toBeLessThan(1e-3);
      expect([...found.subarray(8)].every(Number.isNaN)).toBe(true);

      const folded = foldedNetwork(manifest, arrays);
      const program = await createGpuProgram(rounded(gpuGraph(folded)), device, { faces: 1 });
      const image = new Float32Array(program.inputLength);
      withOnes(crop, 1, image);
      const half = await program.run(image, 1);
      expect(largestDifference(half, expected.subarray(0, 8))).toBeGreaterThan(1e-6);
      expect(largestDifference(half, expected.subarray(0, 8))).toBeLessThan(1e-2);
    },
    PATIENCE,
  );
});

test(
  'auto tries what looks like a real GPU against WebAssembly, keeps the faster, and says so',
  async () => {
    await pretendRealGpu();
    const options = { wasmUrls: WASM_URLS, lazy: true };
    const { manifest, arrays } = TINY_CASES[0].make();
    try {
      const { backend, started } = await startFaster(await startBackend('auto', options), manifest, arrays, {
        toWebAssembly: () => startBackend('wasm', options),
        kernels,
        faces: 1,
      });
      // Which one it is depends on the machine.
      expect(started.reason).toMatch(/faster.* when both were measured: [\d.]+ ms a face against [\d.]+ ms/);
      expect(started.kernels === null).toBe(backend.name === 'webgpu');
      started.classifier.dispose();
      backend.stop();
    } finally {
      Reflect.deleteProperty(navigator, 'gpu');
    }
  },
  PATIENCE,
);
