/** Damage that cameras and life do to a picture, at five strengths, the same on every machine for the same image. */
import { hashText } from '../base/hash.js';
import { clamp } from '../base/numbers.js';
import { Random } from '../base/random.js';
import { sampleBilinear } from '../faces/bilinear.js';
import type { PixelImage } from '../faces/image.js';

export const CORRUPTIONS = ['blur', 'dark', 'bright', 'noise', 'rotate', 'occlude', 'lowres'] as const;
export type Corruption = (typeof CORRUPTIONS)[number];

export const STRENGTHS = [1, 2, 3, 4, 5] as const;
export type Strength = (typeof STRENGTHS)[number];

/** What each strength means. Lengths are fractions of the image's width, so that images of any size suffer alike. */
export const CORRUPTION_LEVELS: Readonly<
  Record<Corruption, { readonly unit: string; readonly levels: readonly number[] }>
> = {
  blur: { unit: 'standard deviation of a Gaussian, fraction of the width', levels: [0.01, 0.02, 0.03, 0.045, 0.06] },
  dark: { unit: 'factor on the pixel values', levels: [0.7, 0.5, 0.35, 0.22, 0.12] },
  bright: { unit: 'part of the way to white', levels: [0.2, 0.35, 0.5, 0.65, 0.8] },
  noise: { unit: 'standard deviation of Gaussian noise on all channels alike, of 255', levels: [8, 16, 26, 38, 52] },
  rotate: { unit: 'degrees, to the left or the right by chance', levels: [5, 10, 15, 22, 30] },
  occlude: { unit: 'area of a grey square at a place by chance', levels: [0.05, 0.1, 0.16, 0.23, 0.31] },
  lowres: { unit: 'side after reduction, fraction of the side', levels: [0.75, 0.5, 0.375, 0.25, 0.17] },
};

export function isCorruption(name: string): name is Corruption {
  return (CORRUPTIONS as readonly string[]).includes(name);
}

/**
 * A damaged copy of the picture. Chance (noise, side, place) comes from `name` alone, so that a result depends neither on the order of the images
 * nor on their number.
 */
export function corrupt(image: PixelImage, corruption: Corruption, strength: Strength, name: string): PixelImage {
  const level = CORRUPTION_LEVELS[corruption].levels[strength - 1];
  const random = new Random(hashText(`${corruption} ${strength} ${name}`));
  switch (corruption) {
    case 'blur':
      return blur(image, level * image.width);
    case 'dark':
      return mapValues(image, (value) => value * level);
    case 'bright':
      return mapValues(image, (value) => value + (255 - value) * level);
    case 'noise':
      return addNoise(image, level, random);
    case 'rotate':
      return rotate(image, random.next() < 0.5 ? -level : level);
    case 'occlude':
      return occlude(image, level, random);
    case 'lowres':
      return reduceAndEnlarge(image, level);
  }
}

/** Applies `change` to red, green and blue at each pixel; transparency stays. */
function mapValues(image: PixelImage, change: (value: number, pixel: number) => number): PixelImage {
  const data = new Uint8ClampedArray(image.data);
  for (let index = 0; index < data.length; index++) {
    if (index % 4 !== 3) data[index] = change(data[index], index >> 2);
  }
  return { data, width: image.width, height: image.height };
}

function addNoise(image: PixelImage, deviation: number, random: Random): PixelImage {
  // One value a pixel: grey pictures stay grey and suffer as much as coloured ones.
  const noise = Float64Array.from({ length: image.width * image.height }, () => deviation * random.normal());
  return mapValues(image, (value, pixel) => value + noise[pixel]);
}

function occlude(image: PixelImage, area: number, random: Random): PixelImage {
  const side = Math.round(Math.sqrt(area * image.width * image.height));
  const left = random.integer(Math.max(image.width - side, 0) + 1);
  const top = random.integer(Math.max(image.height - side, 0) + 1);
  return mapValues(image, (value, pixel) => {
    const x = pixel % image.width;
    const y = Math.floor(pixel / image.width);
    return x >= left && x < left + side && y >= top && y < top + side ? 128 : value;
  });
}

/** About the centre, bilinear, borders continued outward. */
function rotate(image: PixelImage, degrees: number): PixelImage {
  const cosine = Math.cos((degrees * Math.PI) / 180);
  const sine = Math.sin((degrees * Math.PI) / 180);
  const centreX = (image.width - 1) / 2;
  const centreY = (image.height - 1) / 2;
  return resample(image, image.width, image.height, (x, y) => [
    centreX + cosine * (x - centreX) + sine * (y - centreY),
    centreY - sine * (x - centreX) + cosine * (y - centreY),
  ]);
}

/** Means of whole areas down, bilinear up: what a face far from the camera looks like. */
function reduceAndEnlarge(image: PixelImage, fraction: number): PixelImage {
  const width = Math.max(1, Math.round(image.width * fraction));
  const height = Math.max(1, Math.round(image.height * fraction));
  const small = averageAreas(image, width, height);
  const scaleX = width / image.width;
  const scaleY = height / image.height;
  return resample(small, image.width, image.height, (x, y) => [(x + 0.5) * scaleX - 0.5, (y + 0.5) * scaleY - 0.5]);
}

function averageAreas(image: PixelImage, width: number, height: number): PixelImage {
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
function resample(
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
function blur(image: PixelImage, deviation: number): PixelImage {
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
