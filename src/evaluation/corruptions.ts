/** Damage that cameras and life do to a picture, at five strengths, the same on every machine for the same image. */
import { hashText } from '../base/hash.js';
import { Random } from '../base/random.js';
import type { PixelImage } from '../faces/image.js';
import { averageAreas, blur, mapValues, resample } from './pixels.js';

interface Damage {
  /** One a strength. Lengths are fractions of the image's width, so that images of any size suffer alike. */
  readonly levels: readonly [number, number, number, number, number];
  /** A damaged copy. Chance is taken from `random` alone. */
  readonly apply: (image: PixelImage, level: number, random: Random) => PixelImage;
}

const damages = <Name extends string>(all: Readonly<Record<Name, Damage>>) => all;

/** All that is known of a corruption stands here. */
export const CORRUPTIONS = damages({
  blur: {
    // Standard deviation of a Gaussian, fraction of the width.
    levels: [0.01, 0.02, 0.03, 0.045, 0.06],
    apply: (image, level) => blur(image, level * image.width),
  },
  dark: {
    // Factor on the pixel values.
    levels: [0.7, 0.5, 0.35, 0.22, 0.12],
    apply: (image, level) => mapValues(image, (value) => value * level),
  },
  bright: {
    // Part of the way to white.
    levels: [0.2, 0.35, 0.5, 0.65, 0.8],
    apply: (image, level) => mapValues(image, (value) => value + (255 - value) * level),
  },
  noise: {
    // Standard deviation of Gaussian noise on all channels alike, of 255.
    levels: [8, 16, 26, 38, 52],
    apply: addNoise,
  },
  rotate: {
    // Degrees, to the left or the right by chance.
    levels: [5, 10, 15, 22, 30],
    apply: (image, level, random) => rotate(image, random.next() < 0.5 ? -level : level),
  },
  occlude: {
    // Area of a grey square at a place by chance.
    levels: [0.05, 0.1, 0.16, 0.23, 0.31],
    apply: occlude,
  },
  lowres: {
    // Side after reduction, fraction of the side.
    levels: [0.75, 0.5, 0.375, 0.25, 0.17],
    apply: reduceAndEnlarge,
  },
});

export type Corruption = keyof typeof CORRUPTIONS;
export const CORRUPTION_NAMES = Object.keys(CORRUPTIONS) as readonly Corruption[];

export const STRENGTHS = [1, 2, 3, 4, 5] as const;
export type Strength = (typeof STRENGTHS)[number];

export function isCorruption(name: string): name is Corruption {
  return Object.hasOwn(CORRUPTIONS, name);
}

/**
 * A damaged copy of the picture. Chance (noise, side, place) comes from `name` alone, so that a result depends neither on the order of the images
 * nor on their number.
 */
export function corrupt(image: PixelImage, corruption: Corruption, strength: Strength, name: string): PixelImage {
  const { levels, apply } = CORRUPTIONS[corruption];
  return apply(image, levels[strength - 1], new Random(hashText(`${corruption} ${strength} ${name}`)));
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
