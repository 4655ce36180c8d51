/** Models that pytorch/ brought to 8 bits (pytorch/write_int8.py), against what is measured and computed here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startNodeBackend } from '../../../../src/gpu/node.js';
import { recognizeArchitecture } from '../../../../src/network/checkpoint/recognizeArchitecture.js';
import { preprocessImage } from '../../../../src/faces/preprocess.js';
import { loadModelAt } from '../../../../src/node/modelFiles.js';
import { createPlanClassifier, measureInt8 } from '../../../../src/plan/classifier.js';
import { readKernels } from '../../../../src/plan/nodeKernels.js';
import type { LoadedModel } from '../../../../src/weights/loadModel.js';
import type { Int8Spec } from '../../../../src/weights/manifest.js';
import type { NamedArrays } from '../../../../src/weights/namedArray.js';
import { readSafetensors, writeSafetensors } from '../../../../src/weights/safetensors.js';
import { manifestOf } from '../../network/randomModel.js';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const MODEL = join(FIXTURES, 'int8/manifest.json');
/** Ranges as the plain build measures them, which computes the same on every machine. The Python test reads them. */
const RANGES = join(FIXTURES, 'int8/ranges.json');
const BACKBONES = ['mobilefacenet', 'ir50', 'ghostfacenet'];
const HEADS = 2;

const readArrays = (path: string): NamedArrays => readSafetensors(new Uint8Array(readFileSync(join(FIXTURES, path))));
const plainKernels = () => readKernels('simd');

/** Crops [count, side, side] of bytes, as the model sees them. */
function cropsOf(arrays: NamedArrays, { manifest }: Pick<LoadedModel, 'manifest'>): Float32Array[] {
  const { shape, data } = arrays.get('crops')!;
  const [count, height, width] = shape;
  return Array.from({ length: count }, (_, index) => {
    const rgba = new Uint8ClampedArray(height * width * 4);
    for (let pixel = 0; pixel < height * width; pixel++) {
      rgba.fill(data[index * height * width + pixel], pixel * 4, pixel * 4 + 3);
    }
    return preprocessImage({ data: rgba, width, height }, manifest.input);
  });
}

/** Tiny QCS over a backbone, which pytorch/write_backbones.py wrote; what the network is its weights tell. */
function overBackbone(name: string): LoadedModel & { readonly crops: Float32Array[] } {
  const file = readArrays(`golden/backbone-${name}.safetensors`);
  const weights = [...file].flatMap(([key, array]) =>
    key.startsWith('weight/') ? [[key.slice('weight/'.length), array] as const] : [],
  );
  const arrays = new Map(weights);
  const { architecture } = recognizeArchitecture(arrays, HEADS);
  const sizes = { size: 112, resizeTo: 112, centreCrop: 112 };
  const manifest = manifestOf({ ...architecture, csaResidual: 'normalised', attention: 'SD' }, 3, sizes);
  return { manifest, arrays, crops: cropsOf(file, { manifest }) };
}

beforeAll(async () => {
  await startNodeBackend('wasm');
});

it('ranges are measured as the ones that PyTorch’s are held against', async () => {
  const model = await loadModelAt(MODEL);
  const crops = cropsOf(readArrays('qcs-mobile-starter.golden.safetensors'), model);
  const all: Record<string, Int8Spec> = {
    int8: await measureInt8(model.manifest, model.arrays, plainKernels, crops),
  };
  for (const name of BACKBONES) {
    const { manifest, arrays, crops: own } = overBackbone(name);
    all[name] = await measureInt8(manifest, arrays, plainKernels, own);
  }
  const ranges = Object.entries(all).map(([name, spec]) => [name, spec.ranges]);
  const text = JSON.stringify(Object.fromEntries(ranges), null, 1);
  await expect(`${text}\n`).toMatchFileSnapshot(RANGES);
});

it('a model that PyTorch brought to 8 bits computes here what it computed there', async () => {
  const model = await loadModelAt(MODEL);
  expect(model.manifest.files[0]).toMatchObject({ part: 'compact', dtype: 'int8' });
  const crops = cropsOf(readArrays('qcs-mobile-starter.golden.safetensors'), model);
  const { classifier } = await createPlanClassifier(model.manifest, model.arrays, readKernels);
  const all = Float32Array.from(crops.flatMap((crop) => [...crop]));
  const logits = await classifier.logits(all, crops.length);
  const expected = readArrays('int8/expected.safetensors');
  const apart = (name: string) => {
    const { data } = expected.get(name)!;
    return Math.sqrt(data.reduce((sum, value, at) => sum + (value - logits[at]) ** 2, 0) / data.length);
  };
  // A sum that rounds the other way moves what follows by a step: not to the last digit, but most of what 8 bits change.
  expect(apart('int8')).toBeLessThan(0.5 * apart('exact'));
});

it('weights are stored in 8 bits as PyTorch stores them', () => {
  const exact = readArrays('int8/weights.safetensors');
  const own = readSafetensors(writeSafetensors(exact, { dtype: 'int8' }));
  const theirs = readArrays('int8/weights.int8.safetensors');
  expect([...own.keys()].sort()).toEqual([...theirs.keys()].sort());
  for (const [name, { shape, data }] of own) expect(theirs.get(name), name).toEqual({ shape, data });
});
