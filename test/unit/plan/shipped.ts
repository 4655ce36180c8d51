/** The model that comes with the package, in Node. */
import { readFileSync } from 'node:fs';
import { resizeHalfPixel } from '../../../src/faces/resize.js';
import { type LoadedModel, loadModelFromFiles } from '../../../src/weights/loadModel.js';
import { readSafetensors } from '../../../src/weights/safetensors.js';

const ROOT = new URL('../../../', import.meta.url);

const file = (name: string) => new Uint8Array(readFileSync(new URL(`public/models/qcs-mobile/${name}`, ROOT)));

/** As training begins with it: exact weights, nothing in 8 bits. */
export async function shippedModel(): Promise<LoadedModel> {
  const { manifest, arrays } = await loadModelFromFiles(file('manifest.json'), file, ['base']);
  const { int8: _quantised, ...exact } = manifest;
  return { manifest: exact, arrays };
}

/** As recognising loads it. */
export function shippedForRecognising(): Promise<LoadedModel> {
  return loadModelFromFiles(file('manifest.json'), file);
}

/** Faces as the shipped model's manifest wants them. */
export function shippedCrops(): { readonly crops: Float32Array; readonly count: number } {
  const golden = readFileSync(new URL('test/fixtures/qcs-mobile.shipped.golden.safetensors', ROOT));
  const { data, shape } = readSafetensors(new Uint8Array(golden)).get('crops')!;
  const [count, side] = shape as [number, number];
  const crops = new Float32Array(count * 112 * 112);
  for (let face = 0; face < count; face++) {
    const pixels = data.slice(face * side * side, (face + 1) * side * side).map((value) => value / 255);
    const image = resizeHalfPixel({ data: pixels, width: side, height: side, channels: 1 }, 112, 112);
    crops.set(image.data, face * 112 * 112);
  }
  return { crops, count };
}
