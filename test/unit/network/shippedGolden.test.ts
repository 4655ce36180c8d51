import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { resizeHalfPixel } from '../../../src/faces/resize.js';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { createClassifier } from '../../../src/network/classifier.js';
import { loadModelFromFiles } from '../../../src/weights/loadModel.js';
import { readSafetensors } from '../../../src/weights/safetensors.js';
import { largestDifference } from './numbers.js';

const ROOT = new URL('../../../', import.meta.url);
const bytes = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(new URL(path, ROOT)));
const shipped = (file: string): Uint8Array<ArrayBuffer> => bytes(`public/models/qcs-mobile/${file}`);

/** Written by pytorch/write_golden.py from the shipped weights; run it again when they change. */
const GOLDEN = 'test/fixtures/qcs-mobile.shipped.golden.safetensors';

beforeAll(async () => {
  await startNodeBackend('wasm');
});

test('PyTorch and WebAssembly agree on the shipped weights within 1e-3', async () => {
  const golden = readSafetensors(bytes(GOLDEN));
  const { manifest, arrays } = await loadModelFromFiles(shipped('manifest.json'), shipped, ['base']);
  const { data, shape } = golden.get('crops')!;
  const [count, side] = shape as [number, number];
  const crops = new Float32Array(count * 112 * 112);
  for (let index = 0; index < count; index++) {
    const pixels = data.slice(index * side * side, (index + 1) * side * side).map((value) => value / 255);
    const image = resizeHalfPixel({ data: pixels, width: side, height: side, channels: 1 }, 112, 112);
    crops.set(image.data, index * 112 * 112);
  }
  const classifier = await createClassifier(manifest, arrays);
  expect(largestDifference(await classifier.logits(crops, count), golden.get('logits')!.data)).toBeLessThan(1e-3);
  classifier.dispose();
});
