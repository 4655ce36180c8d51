/**
 * Augmentation of aligned faces on plain arrays. Turning, scaling, shifting and the resize to the network's input are one sampling of the stored
 * image, so that nothing is blurred twice; without any change the result is that of `preprocessImage` for `half-pixel` models.
 */
import { clamp } from '../../base/numbers.js';
import { Random } from '../../base/random.js';
import { sampleBilinear } from '../../faces/bilinear.js';
import { channelCount, luma, type PixelImage } from '../../faces/image.js';
import { resizePillow, toByteImage } from '../../faces/resize.js';
import type { InputSpec } from '../../weights/manifest.js';
import type { AugmentationConfig } from '../config.js';

/** 8-bit samples as `[height, width, channels]`, as the trainer keeps its images in memory. */
export interface ByteFace {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** The colours that the model sees, before augmentation. `pillow-bilinear` models get their antialiased resize here. */
export function toByteFace(image: PixelImage, input: InputSpec): ByteFace {
  const channels = channelCount(input);
  if (input.resize === 'pillow-bilinear') {
    const side = image.width === input.centreCrop && image.height === input.centreCrop ? image.width : input.resizeTo;
    const { data, width, height } = resizePillow(toByteImage(image, channels), side, side);
    return { data: Uint8Array.from(data), width, height, channels };
  }
  const { width, height } = image;
  const data = new Uint8Array(width * height * channels);
  for (let pixel = 0, from = 0, to = 0; pixel < width * height; pixel++, from += 4) {
    const [red, green, blue] = [image.data[from], image.data[from + 1], image.data[from + 2]];
    if (channels === 1) data[to++] = Math.round(luma(red, green, blue));
    else [data[to++], data[to++], data[to++]] = [red, green, blue];
  }
  return { data, width, height, channels };
}

/** One way to change a face. */
export interface Augmentation {
  readonly mirrored: boolean;
  /** Radians. */
  readonly angle: number;
  /** 1: as it is. */
  readonly scale: number;
  /** Fractions of the side. */
  readonly shift: readonly [number, number];
  /** 1: as they are. */
  readonly brightness: number;
  readonly contrast: number;
  /** Left, top, width, height as fractions of the side. */
  readonly erased: readonly [number, number, number, number] | null;
}

export const UNCHANGED: Augmentation = {
  mirrored: false,
  angle: 0,
  scale: 1,
  shift: [0, 0],
  brightness: 1,
  contrast: 1,
  erased: null,
};

/** The same seed gives the same change. */
export function drawAugmentation(seed: number, config: AugmentationConfig): Augmentation {
  const random = new Random(seed);
  // The mirror image is drawn first: quick mode knows no other change, and reads it from the same seed.
  const mirrored = random.next() < config.flip;
  const around = (spread: number) => random.between(-spread, spread);
  const angle = (around(config.rotation) * Math.PI) / 180;
  const scale = 1 + around(config.scale);
  const shift = [around(config.shift), around(config.shift)] as const;
  const brightness = 1 + around(config.brightness);
  const contrast = 1 + around(config.contrast);
  const { probability, area } = config.erasing;
  const erased = random.next() < probability ? drawRectangle(random, area) : null;
  return { mirrored, angle, scale, shift, brightness, contrast, erased };
}

/** A rectangle of an area in the range and an aspect between 0.3 and 3.3, as random erasing (Zhong et al., 2020) draws it. */
function drawRectangle(random: Random, area: readonly [number, number]): readonly [number, number, number, number] {
  const size = random.between(area[0], area[1]);
  const aspect = Math.exp(random.between(Math.log(0.3), Math.log(3.3)));
  const width = Math.min(1, Math.sqrt(size * aspect));
  const height = Math.min(1, Math.sqrt(size / aspect));
  return [random.next() * (1 - width), random.next() * (1 - height), width, height];
}

/** `[size, size, channels]` in 0..1. Erased pixels get the model's mean, which its normalisation turns to 0. */
export function augmentFace(face: ByteFace, input: InputSpec, change: Augmentation): Float32Array<ArrayBuffer> {
  const { size, stride } = input;
  const { channels } = face;
  const crop = face.width === input.centreCrop && face.height === input.centreCrop;
  const full = crop ? input.centreCrop : input.resizeTo;
  const offset = Math.floor((full - input.centreCrop) / 2);
  const values = new Float32Array(size * size * channels);
  const cos = Math.cos(change.angle) / change.scale;
  const sin = Math.sin(change.angle) / change.scale;
  let to = 0;
  for (let y = 0; y < size; y++) {
    const v = (offset + y * stride + 0.5) / full - 0.5 - change.shift[1];
    for (let x = 0; x < size; x++) {
      const straight = (offset + x * stride + 0.5) / full - 0.5;
      const u = (change.mirrored ? -straight : straight) - change.shift[0];
      const column = (cos * u + sin * v + 0.5) * face.width - 0.5;
      const row = (-sin * u + cos * v + 0.5) * face.height - 0.5;
      sampleBilinear(face, column, row, values, to, 255);
      to += channels;
    }
  }
  if (change.brightness !== 1 || change.contrast !== 1) adjust(values, change.brightness, change.contrast);
  if (change.erased !== null) erase(values, size, channels, change.erased, input.mean);
  return values;
}

/** Brightness multiplies; contrast spreads around the mean of the picture. */
function adjust(values: Float32Array, brightness: number, contrast: number): void {
  let sum = 0;
  for (const value of values) sum += value;
  const centre = (sum / values.length) * brightness;
  for (let index = 0; index < values.length; index++) {
    const value = (values[index] * brightness - centre) * contrast + centre;
    values[index] = clamp(value, 0, 1);
  }
}

function erase(
  values: Float32Array,
  size: number,
  channels: 1 | 3,
  [left, top, width, height]: readonly [number, number, number, number],
  mean: readonly [number, number, number],
): void {
  const grey = luma(...mean);
  const end = (start: number, length: number) => Math.min(size, Math.round((start + length) * size));
  for (let y = Math.round(top * size); y < end(top, height); y++) {
    for (let x = Math.round(left * size); x < end(left, width); x++) {
      for (let channel = 0; channel < channels; channel++) {
        values[(y * size + x) * channels + channel] = channels === 1 ? grey : mean[channel];
      }
    }
  }
}
