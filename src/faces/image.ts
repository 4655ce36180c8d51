/** Pictures as plain numbers: what decoders hand over, and the float planes that networks read. */
import type { InputSpec } from '../weights/manifest.js';

/** RGBA, 8 bits a channel, row by row: what `ImageData` is, and what a PNG decoder in Node gives. */
export interface PixelImage {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Values 0..1 as `[height, width, channels]`. */
export interface FloatImage {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** How many channels a crop has: luma is handed over once and repeated by the network's first layer. */
export function channelCount(input: Pick<InputSpec, 'colour'>): 1 | 3 {
  return input.colour === 'luma' ? 1 : 3;
}

/** ITU-R BT.601 luma of gamma-encoded values. */
export function luma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** `[height, width, channels]` in 0..1 from RGBA; transparency is ignored, as decoders of photos do. */
export function toFloatImage(image: PixelImage, channels: 1 | 3): FloatImage {
  const { width, height, data } = image;
  const values = new Float32Array(width * height * channels);
  for (let pixel = 0, source = 0, target = 0; pixel < width * height; pixel++, source += 4) {
    const red = data[source];
    const green = data[source + 1];
    const blue = data[source + 2];
    if (channels === 1) {
      values[target++] = luma(red, green, blue) / 255;
    } else {
      values[target++] = red / 255;
      values[target++] = green / 255;
      values[target++] = blue / 255;
    }
  }
  return { data: values, width, height, channels };
}
