import { existsSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { argmax } from '../../../src/base/softmax.js';
import { resizeHalfPixel } from '../../../src/faces/resize.js';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { createClassifier } from '../../../src/network/classifier.js';
import { Context } from '../../../src/network/context.js';
import { createNetwork } from '../../../src/network/network.js';
import { createParameters, disposeParameters } from '../../../src/network/parameters.js';
import type { Architecture } from '../../../src/weights/manifest.js';
import { loadModelFromFiles } from '../../../src/weights/loadModel.js';
import { readSafetensors, writeSafetensors } from '../../../src/weights/safetensors.js';
import { largestDifference } from './numbers.js';
import * as random from './randomModel.js';

const ROOT = new URL('../../../', import.meta.url);
const bytes = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(new URL(path, ROOT)));
const shipped = (file: string): Uint8Array<ArrayBuffer> => bytes(`public/models/qcs-mobile/${file}`);

const STARTER = '../shared/models/qcs-mobile-starter.safetensors';
const FACES = '../shared/models/qcs-mobile-starter.faces.safetensors';
const GOLDEN = 'test/fixtures/qcs-mobile-starter.golden.safetensors';

beforeAll(async () => {
  await startNodeBackend('wasm');
});

/** 48 x 48 crops as the manifest wants them, with the starter's logits for them. */
function starterCrops(path: string): {
  readonly crops: Float32Array;
  readonly count: number;
  readonly logits: Float32Array;
} {
  const arrays = readSafetensors(bytes(path));
  const { data, shape } = arrays.get('crops')!;
  const [count, side] = shape;
  const crops = new Float32Array(count * 112 * 112);
  for (let index = 0; index < count; index++) {
    const pixels = data.slice(index * side * side, (index + 1) * side * side).map((value) => value / 255);
    const image = resizeHalfPixel({ data: pixels, width: side, height: side, channels: 1 }, 112, 112);
    crops.set(image.data, index * 112 * 112);
  }
  return { crops, count, logits: arrays.get('logits')!.data };
}

function best(logits: Float32Array, row: number, classes: number): number {
  return argmax(logits.subarray(row * classes, (row + 1) * classes));
}

test.skipIf(!existsSync(new URL(STARTER, ROOT)))(
  'the starter’s float32 weights give its logits within 1e-4, where the file is at hand',
  async () => {
    const { manifest } = await loadModelFromFiles(shipped('manifest.json'), shipped);
    const classifier = await createClassifier(manifest, readSafetensors(bytes(STARTER)));
    const { crops, count, logits } = starterCrops(GOLDEN);
    expect(largestDifference(await classifier.logits(crops, count), logits)).toBeLessThan(1e-4);
    classifier.dispose();
  },
);

test.skipIf(!existsSync(new URL(FACES, ROOT)) || !existsSync(new URL(STARTER, ROOT)))(
  'half precision changes no decision of the starter on the 32 faces, where they are at hand',
  async () => {
    const { manifest } = await loadModelFromFiles(shipped('manifest.json'), shipped);
    const half = readSafetensors(writeSafetensors(readSafetensors(bytes(STARTER)), { dtype: 'float16' }));
    const classifier = await createClassifier(manifest, half);
    const { crops, count, logits } = starterCrops(FACES);
    const actual = await classifier.logits(crops, count);
    for (let row = 0; row < count; row++) {
      expect(best(actual, row, manifest.classes.length)).toBe(best(logits, row, manifest.classes.length));
    }
    classifier.dispose();
  },
);

const NETWORKS: readonly (readonly [string, Architecture, number])[] = [
  ['compact', random.COMPACT, 64],
  ['published', random.PUBLISHED, 64],
  ['ARM', random.AMENDED, 96],
  ['plain ResNet-18', random.RESIDUAL, 64],
];

for (const [title, architecture, size] of NETWORKS) {
  for (const colour of ['luma', 'rgb'] as const) {
    test(`${title}, ${colour}: folding changes nothing, at the image's borders neither`, async () => {
      const channels = colour === 'luma' ? 1 : 3;
      const network = createNetwork(architecture, 5, size);
      const arrays = random.randomArrays(network, 1);
      const crops = random.randomValues(2 * size * size * channels, 2);

      const parameters = createParameters(arrays, network.parameters);
      const plain = tf.tidy(() => {
        const images = tf.tensor4d(random.normalise(crops, channels), [2, size, size, 3]);
        return network.logits(new Context(parameters, { mode: 'evaluation' }), images);
      });
      const expected = plain.dataSync();
      plain.dispose();
      disposeParameters(parameters);

      const classifier = await createClassifier(random.manifestOf(architecture, 5, { size, colour }), arrays);
      expect(classifier.inputChannels).toBe(channels);
      const scale = Math.max(...expected.map(Math.abs));
      expect(largestDifference(await classifier.logits(crops, 2), expected)).toBeLessThan(2e-5 * scale);
      classifier.dispose();
    });
  }
}

test('several crops at once give what each gives alone, and no tensor is left behind', async () => {
  const before = tf.memory().numTensors;
  const network = createNetwork(random.COMPACT, 8, 32);
  const classifier = await createClassifier(random.manifestOf(random.COMPACT, 8, {}), random.randomArrays(network, 3));
  const crops = random.randomValues(3 * 32 * 32, 4);
  const loaded = tf.memory().numTensors;
  const together = await classifier.logits(crops, 3);
  for (let index = 0; index < 3; index++) {
    const alone = await classifier.logits(crops.subarray(index * 1024, (index + 1) * 1024), 1);
    expect(largestDifference(alone, together.subarray(index * 8, (index + 1) * 8))).toBeLessThan(1e-4);
  }
  expect(tf.memory().numTensors).toBe(loaded);
  classifier.dispose();
  classifier.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('wrong numbers of values, missing parameters and use after disposal are refused by name', async () => {
  const network = createNetwork(random.COMPACT, 8, 32);
  const arrays = random.randomArrays(network, 5);
  const manifest = random.manifestOf(random.COMPACT, 8, {});
  const classifier = await createClassifier(manifest, arrays);
  await expect(classifier.logits(new Float32Array(1000), 1)).rejects.toThrow(RangeError);
  expect(await classifier.logits(new Float32Array(0), 0)).toHaveLength(0);
  classifier.dispose();
  await expect(classifier.logits(new Float32Array(1024), 1)).rejects.toMatchObject({ code: 'disposed' });

  arrays.delete('embed_3.bias');
  await expect(createClassifier(manifest, arrays)).rejects.toMatchObject({
    code: 'model-parameters',
    message: expect.stringContaining('embed_3.bias') as string,
  });
});
