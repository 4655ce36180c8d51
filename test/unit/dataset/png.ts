/** Files and pictures for the tests of data sets. */
import { PNG } from 'pngjs';
import type { ImportTools } from '../../../src/dataset/importImages.js';
import { Random } from '../../../src/base/random.js';
import type { PixelImage } from '../../../src/faces/image.js';
import type { NamedBytes } from '../../../src/storage/namedFiles.js';

export function encode({ data, width, height }: PixelImage): Uint8Array<ArrayBuffer> {
  const png = new PNG({ width, height });
  png.data.set(data);
  return new Uint8Array(PNG.sync.write(png));
}

export const WHOLE_IMAGES: ImportTools = {
  decode: async (bytes) => {
    const { data, width, height } = PNG.sync.read(Buffer.from(bytes));
    return { data: new Uint8ClampedArray(data), width, height };
  },
  encode: async (image) => ({ bytes: encode(image), type: 'image/png' }),
  cropFace: null,
};

/** A smooth random grey picture: no two seeds look alike. */
export function picture(seed: number, side = 24): PixelImage {
  const random = new Random(seed);
  const waves = Array.from({ length: 6 }, () => [random.between(0.5, 4), random.between(0.5, 4), random.between(0, 6)]);
  const data = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let value = 128;
      for (const [fx, fy, phase] of waves) value += 20 * Math.sin((fx * x * 3 + fy * y * 3) / side + phase);
      data.set([value, value, value, 255], (y * side + x) * 4);
    }
  }
  return { data, width: side, height: side };
}

/** A file with the picture of a seed. */
export function file(path: string, seed: number): NamedBytes {
  return { path, bytes: async () => encode(picture(seed)) };
}

export function text(path: string, content: string): NamedBytes {
  return { path, bytes: async () => new TextEncoder().encode(content) };
}
