/**
 * Cuts aligned faces out of pictures: bilinear, borders clamped, strong reductions averaged first.
 *
 * Crops are sampled straight at the model's size. Going through 48 pixels first, the detail of the pictures that the shipped model was
 * trained on, was measured to be worse: of 16 labelled photos 15 right instead of 16, mean cross-entropy 0.31 instead of 0.21.
 */
import { clamp } from '../base/numbers.js';
import type { InputSpec } from '../weights/manifest.js';
import { applySimilarity, cropTransform, scaleOf, type Similarity } from './alignment.js';
import { sampleBilinear } from './bilinear.js';
import type { Sized } from './frameDetector.js';
import type { Box, Keypoints } from './geometry.js';
import { channelCount, toFloatImage, type FloatImage, type PixelImage } from './image.js';
import { cropAndStride } from './preprocess.js';

/** A picture of which any part can be read. `box` has whole numbers and lies inside the picture. */
export interface PixelSource {
  readonly width: number;
  readonly height: number;
  read(box: Box): PixelImage;
}

/** A picture in memory. */
export function pixelSource(image: PixelImage): PixelSource {
  return {
    width: image.width,
    height: image.height,
    read: ({ x, y, width, height }) => {
      const data = new Uint8ClampedArray(width * height * 4);
      for (let row = 0; row < height; row++) {
        const start = ((y + row) * image.width + x) * 4;
        data.set(image.data.subarray(start, start + width * 4), row * width * 4);
      }
      return { data, width, height };
    },
  };
}

/**
 * The network's input for one face: `[size, size, channels]` in 0..1. Undefined when the points say nothing about the face's size.
 */
export function alignedCrop(source: PixelSource, keypoints: Keypoints, input: InputSpec): Float32Array | undefined {
  const transform = cropTransform(keypoints, input.template, input.resizeTo);
  if (transform === undefined) return undefined;
  return cropAndStride(sampleCrop(source, transform, input.resizeTo, channelCount(input)), input);
}

/** `side` x `side` pixels at the places that `transform` (crop to picture) gives. */
export function sampleCrop(source: PixelSource, transform: Similarity, side: number, channels: 1 | 3): FloatImage {
  const region = readRegion(source, transform, side);
  let picture = toFloatImage(region.pixels, channels);
  let { a, b, x0, y0 } = region.transform;
  for (let left = halvingsOf(scaleOf(transform)); left > 0; left--) {
    picture = halve(picture);
    a /= 2;
    b /= 2;
    x0 /= 2;
    y0 /= 2;
  }
  return sample(picture, { a, b, x0, y0 }, side);
}

/** The pixels that a crop needs, and the way from the crop to them. */
export function readRegion(
  source: PixelSource,
  transform: Similarity,
  side: number,
): { readonly pixels: PixelImage; readonly transform: Similarity } {
  const region = regionOf(source, transform, side);
  const { x0, y0 } = transform;
  return { pixels: source.read(region), transform: { ...transform, x0: x0 - region.x, y0: y0 - region.y } };
}

/** Above this many picture pixels a crop pixel, bilinear sampling would skip detail: average first. */
const LARGEST_STEP = Math.SQRT2;

/** The part of the picture that the crop and its filter touch, at least one pixel; whole numbers. */
export function regionOf(source: Sized, transform: Similarity, side: number): Box {
  const corners = [
    { x: 0, y: 0 },
    { x: side, y: 0 },
    { x: 0, y: side },
    { x: side, y: side },
  ].map((corner) => applySimilarity(transform, corner));
  const margin = 2 + 2 * scaleOf(transform);
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const left = clamp(Math.floor(Math.min(...xs) - margin), 0, source.width - 1);
  const top = clamp(Math.floor(Math.min(...ys) - margin), 0, source.height - 1);
  const right = clamp(Math.ceil(Math.max(...xs) + margin), left + 1, source.width);
  const bottom = clamp(Math.ceil(Math.max(...ys) + margin), top + 1, source.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function sample(picture: FloatImage, { a, b, x0, y0 }: Similarity, side: number): FloatImage {
  const { channels } = picture;
  const data = new Float32Array(side * side * channels);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const u = column + 0.5;
      const v = row + 0.5;
      const at = (row * side + column) * channels;
      sampleBilinear(picture, a * u - b * v + x0 - 0.5, b * u + a * v + y0 - 0.5, data, at);
    }
  }
  return { data, width: side, height: side, channels };
}

/** Means of 2 x 2 pixels; the last row and column of an odd side stand for themselves. */
function halve(picture: FloatImage): FloatImage {
  const { channels, data } = picture;
  const width = Math.ceil(picture.width / 2);
  const height = Math.ceil(picture.height / 2);
  const result = new Float32Array(width * height * channels);
  let target = 0;
  for (let y = 0; y < height; y++) {
    const top = 2 * y * picture.width;
    const bottom = Math.min(2 * y + 1, picture.height - 1) * picture.width;
    for (let x = 0; x < width; x++) {
      const left = 2 * x;
      const right = Math.min(left + 1, picture.width - 1);
      for (let channel = 0; channel < channels; channel++) {
        const at = (index: number) => data[index * channels + channel];
        result[target++] = (at(top + left) + at(top + right) + at(bottom + left) + at(bottom + right)) / 4;
      }
    }
  }
  return { data: result, width, height, channels };
}

/** How often a picture is halved before it is sampled, for so many of its pixels a crop pixel. */
export function halvingsOf(scale: number): number {
  let count = 0;
  for (let left = scale; left > LARGEST_STEP; left /= 2) count++;
  return count;
}
