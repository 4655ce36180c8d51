/** Changes of whole pictures, with borders continued outward. Each gives a new picture. */
import { clamp } from '../base/numbers.js';
import { sampleBilinear } from '../faces/bilinear.js';
import type { PixelImage } from '../faces/image.js';

/** Applies `change` to red, green and blue at each pixel; transparency stays. */
export function mapValues(image: PixelImage, change: (value: number, pixel: number) => number): PixelImage {
  const data = new Uint8ClampedArray(image.data);
  for (let index = 0; index < data.length; index++) {
    if (index % 4 !== 3) data[index] = change(data[index], index >> 2);
  }
  return { data, width: image.width, height: image.height };
}

export function averageAreas(image: PixelImage, width: number, height: number): PixelImage {
  const columns = areaWeights(image.width, width);
  const rows = areaWeights(image.height, height);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0;
        for (const [sourceY, weightY] of rows[y]) {
          for (const [sourceX, weightX] of columns[x]) {
            sum += weightX * weightY * image.data[(sourceY * image.width + sourceX) * 4 + channel];
          }
        }
        data[(y * width + x) * 4 + channel] = sum;
      }
    }
  }
  return { data, width, height };
}

/** For each target pixel the source pixels under it, with weights that sum to 1. */
function areaWeights(from: number, to: number): (readonly (readonly [number, number])[])[] {
  const scale = from / to;
  return Array.from({ length: to }, (_, target) => {
    const start = target * scale;
    const end = start + scale;
    const first = Math.floor(start);
    const last = Math.min(Math.ceil(end), from);
    return Array.from({ length: last - first }, (_, offset): [number, number] => {
      const pixel = first + offset;
      return [pixel, Math.max(0, Math.min(pixel + 1, end) - Math.max(pixel, start)) / scale];
    });
  });
}

/** A new picture whose pixel x, y is the source at `place(x, y)`, bilinear, borders continued. */
export function resample(
  image: PixelImage,
  width: number,
  height: number,
  place: (x: number, y: number) => readonly [number, number],
): PixelImage {
  const data = new Uint8ClampedArray(width * height * 4);
  const source = { ...image, channels: 4 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [placeX, placeY] = place(x, y);
      sampleBilinear(source, placeX, placeY, data, (y * width + x) * 4);
    }
  }
  return { data, width, height };
}

/** Gaussian, rows then columns, borders continued, cut at three standard deviations. */
export function blur(image: PixelImage, deviation: number): PixelImage {
  const radius = Math.max(1, Math.ceil(3 * deviation));
  const raw = Array.from({ length: 2 * radius + 1 }, (_, tap) =>
    Math.exp(-((tap - radius) ** 2) / (2 * deviation ** 2)),
  );
  const sum = raw.reduce((total, weight) => total + weight, 0);
  const kernel = raw.map((weight) => weight / sum);
  const { width, height } = image;
  const pass = (source: ArrayLike<number>, alongX: boolean) => {
    const result = new Float64Array(width * height * 4);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let tap = 0; tap < kernel.length; tap++) {
          const column = alongX ? clamp(x + tap - radius, 0, width - 1) : x;
          const row = alongX ? y : clamp(y + tap - radius, 0, height - 1);
          for (let channel = 0; channel < 4; channel++) {
            result[(y * width + x) * 4 + channel] += kernel[tap] * source[(row * width + column) * 4 + channel];
          }
        }
      }
    }
    return result;
  };
  return { data: new Uint8ClampedArray(pass(pass(image.data, true), false)), width, height };
}
