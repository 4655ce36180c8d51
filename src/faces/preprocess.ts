/**
 * From a picture that shows one aligned face (a FERPlus or RAF-DB image, a saved crop) to the network's input, as the model's manifest
 * says. Knows no DOM, so that the trainer, the evaluation and the command line share it with the page.
 */
import { ModelError } from '../errors.js';
import type { InputSpec } from '../weights/manifest.js';
import { channelCount, toFloatImage, type FloatImage, type PixelImage } from './image.js';
import { resizeHalfPixel, resizePillow, toByteImage } from './resize.js';

export { channelCount, type PixelImage } from './image.js';

/**
 * Resizes to `resizeTo` x `resizeTo` by the manifest's method, cuts `centreCrop` from the centre and keeps every `stride`-th pixel.
 * A picture that already is `centreCrop` x `centreCrop` is only strided: it is a crop made for this model.
 *
 * @returns `[size, size, channels]` in 0..1, one channel for luma, else red, green, blue. Mean and deviation are the network's business.
 * @throws ModelError `model-format` when the manifest's sizes do not fit each other
 */
export function preprocessImage(image: PixelImage, input: InputSpec): Float32Array {
  checkSizes(input);
  const channels = channelCount(input);
  if (image.width === input.centreCrop && image.height === input.centreCrop) {
    return stride(toFloatImage(image, channels), input.stride);
  }
  return cropAndStride(resizeWhole(image, input, channels), input);
}

function resizeWhole(image: PixelImage, input: InputSpec, channels: 1 | 3): FloatImage {
  const side = input.resizeTo;
  if (input.resize === 'half-pixel') return resizeHalfPixel(toFloatImage(image, channels), side, side);
  const resized = resizePillow(toByteImage(image, channels), side, side);
  return { ...resized, data: Float32Array.from(resized.data, (value) => value / 255) };
}

/** The last two steps alone, for a face that was aligned to `resizeTo` x `resizeTo` already: `[size, size, channels]`. */
export function cropAndStride(image: FloatImage, input: InputSpec): Float32Array {
  return stride(centreCrop(image, input.centreCrop), input.stride);
}

function centreCrop(image: FloatImage, side: number): FloatImage {
  if (image.width === side && image.height === side) return image;
  const { channels } = image;
  const left = roundHalfEven((image.width - side) / 2);
  const top = roundHalfEven((image.height - side) / 2);
  const data = new Float32Array(side * side * channels);
  for (let y = 0; y < side; y++) {
    const start = ((top + y) * image.width + left) * channels;
    data.set(image.data.subarray(start, start + side * channels), y * side * channels);
  }
  return { data, width: side, height: side, channels };
}

/** torchvision's CenterCrop places the odd pixel with Python's `round`. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function stride(image: FloatImage, step: number): Float32Array {
  if (step === 1) return image.data;
  const { channels } = image;
  const width = Math.ceil(image.width / step);
  const height = Math.ceil(image.height / step);
  const data = new Float32Array(width * height * channels);
  let target = 0;
  for (let y = 0; y < image.height; y += step) {
    for (let x = 0; x < image.width; x += step) {
      const source = (y * image.width + x) * channels;
      for (let channel = 0; channel < channels; channel++) data[target++] = image.data[source + channel]!;
    }
  }
  return data;
}

function checkSizes(input: InputSpec): void {
  if (input.centreCrop > input.resizeTo || Math.ceil(input.centreCrop / input.stride) !== input.size) {
    throw new ModelError(
      'model-format',
      `The manifest's input sizes contradict each other: resizeTo ${input.resizeTo}, centreCrop ${input.centreCrop}, ` +
        `stride ${input.stride}, size ${input.size}. Correct the manifest.`,
    );
  }
}

/** Pixels of an aligned picture to the left of, and above, what the network's input is taken from. */
export function cropMargin({ resizeTo, centreCrop: side }: InputSpec): number {
  return roundHalfEven((resizeTo - side) / 2);
}
