/**
 * The two ways of resizing that manifests name, written out so that page, worker and Node give the same numbers; canvas and decoders
 * never resize what a network reads.
 */
import { clamp } from '../base/numbers.js';
import type { FloatImage, PixelImage } from './image.js';

/** Bilinear with half-pixel centres, edges clamped, no antialiasing: PyTorch's `interpolate(mode='bilinear', align_corners=False)`. */
export function resizeHalfPixel(image: FloatImage, width: number, height: number): FloatImage {
  const { channels, data } = image;
  const columns = halfPixelTaps(image.width, width);
  const rows = halfPixelTaps(image.height, height);
  const result = new Float32Array(width * height * channels);
  let target = 0;
  // Without a function for each pixel: this is the greater part of what an image costs before the network.
  for (const row of rows) {
    const top = row.first * image.width * channels;
    const bottom = row.second * image.width * channels;
    for (const column of columns) {
      for (let channel = 0; channel < channels; channel++) {
        const left = column.first * channels + channel;
        const right = column.second * channels + channel;
        const upper = mix(data[top + left], data[top + right], column.fraction);
        const lower = mix(data[bottom + left], data[bottom + right], column.fraction);
        result[target++] = mix(upper, lower, row.fraction);
      }
    }
  }
  return { data: result, width, height, channels };
}

interface Tap {
  readonly first: number;
  readonly second: number;
  readonly fraction: number;
}

function halfPixelTaps(from: number, to: number): readonly Tap[] {
  return Array.from({ length: to }, (_, index) => {
    const position = clamp(((index + 0.5) * from) / to - 0.5, 0, from - 1);
    const first = Math.floor(position);
    return { first, second: Math.min(first + 1, from - 1), fraction: position - first };
  });
}

function mix(first: number, second: number, fraction: number): number {
  return first + (second - first) * fraction;
}

/** Eight-bit samples as `[height, width, channels]`. */
export interface ByteImage {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Fraction bits of Pillow's integer filter weights. */
const PILLOW_PRECISION_BITS = 22;

/**
 * Pillow's `resize(..., BILINEAR)`, bit for bit: a triangle filter as wide as the reduction, weights in 22-bit fixed point, columns
 * first, each pass rounded to 8 bits; a pass that changes nothing is left out.
 */
export function resizePillow(image: ByteImage, width: number, height: number): ByteImage {
  const wide = width === image.width ? image : pillowPass(image, width, 'columns');
  return height === image.height ? wide : pillowPass(wide, height, 'rows');
}

function pillowPass(image: ByteImage, size: number, axis: 'columns' | 'rows'): ByteImage {
  const { channels, data } = image;
  const along = axis === 'columns' ? image.width : image.height;
  const width = axis === 'columns' ? size : image.width;
  const height = axis === 'rows' ? size : image.height;
  const step = axis === 'columns' ? channels : image.width * channels;
  const filters = pillowFilters(along, size);
  const result = new Uint8ClampedArray(width * height * channels);
  const half = 2 ** (PILLOW_PRECISION_BITS - 1);
  let target = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { start, weights } = filters[axis === 'columns' ? x : y];
      const origin = axis === 'columns' ? (y * image.width + start) * channels : (start * image.width + x) * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = half;
        for (let tap = 0; tap < weights.length; tap++) sum += data[origin + tap * step + channel] * weights[tap];
        result[target++] = Math.floor(sum / 2 ** PILLOW_PRECISION_BITS);
      }
    }
  }
  return { data: result, width, height, channels };
}

interface PillowFilter {
  readonly start: number;
  readonly weights: readonly number[];
}

function pillowFilters(from: number, to: number): readonly PillowFilter[] {
  const scale = from / to;
  const support = Math.max(scale, 1);
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - support + 0.5), 0);
    const end = Math.min(Math.trunc(centre + support + 0.5), from);
    const raw = Array.from({ length: end - start }, (_, tap) =>
      Math.max(1 - Math.abs((tap + start - centre + 0.5) * (1 / support)), 0),
    );
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { start, weights: raw.map((weight) => Math.trunc((weight / sum) * 2 ** PILLOW_PRECISION_BITS + 0.5)) };
  });
}

/** RGB or luma bytes from RGBA; luma as Pillow's `convert('L')` rounds it (16-bit fixed point). */
export function toByteImage(image: PixelImage, channels: 1 | 3): ByteImage {
  const { width, height, data } = image;
  const values = new Uint8ClampedArray(width * height * channels);
  for (let pixel = 0, source = 0, target = 0; pixel < width * height; pixel++, source += 4) {
    const red = data[source];
    const green = data[source + 1];
    const blue = data[source + 2];
    if (channels === 1) {
      values[target++] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
    } else {
      values[target++] = red;
      values[target++] = green;
      values[target++] = blue;
    }
  }
  return { data: values, width, height, channels };
}
