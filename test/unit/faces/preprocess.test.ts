import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/errors.js';
import { preprocessImage, type PixelImage } from '../../../src/faces/preprocess.js';
import { toFloatImage } from '../../../src/faces/image.js';
import { resizeHalfPixel, resizePillow, toByteImage } from '../../../src/faces/resize.js';
import type { InputSpec } from '../../../src/weights/manifest.js';

interface Resized {
  readonly width: number;
  readonly height: number;
  readonly rgb: readonly number[];
  readonly luma: readonly number[];
}

interface Fixture {
  readonly width: number;
  readonly height: number;
  readonly rgb: readonly number[];
  readonly luma: readonly number[];
  readonly resized: readonly Resized[];
  readonly halfPixel: readonly Omit<Resized, 'luma'>[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/faces/resize.json', import.meta.url), 'utf8'),
) as Fixture;

const image = toPixels(fixture.rgb, fixture.width, fixture.height);

function toPixels(rgb: readonly number[], width: number, height: number): PixelImage {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.set([rgb[3 * pixel], rgb[3 * pixel + 1], rgb[3 * pixel + 2], 255], 4 * pixel);
  }
  return { data, width, height };
}

const spec: InputSpec = {
  size: 6,
  colour: 'luma',
  mean: [0, 0, 0],
  std: [1, 1, 1],
  resize: 'half-pixel',
  resizeTo: 6,
  centreCrop: 6,
  stride: 1,
  template: { rightEye: [0.3, 0.4], leftEye: [0.7, 0.4], nose: [0.5, 0.6], mouth: [0.5, 0.8] },
};

describe('pillow-bilinear', () => {
  it.each(fixture.resized)('gives Pillow’s very bytes at $width x $height', ({ width, height, rgb, luma }) => {
    expect([...resizePillow(toByteImage(image, 3), width, height).data]).toEqual(rgb);
    expect([...resizePillow(toByteImage(image, 1), width, height).data]).toEqual(luma);
  });

  it('rounds luma as Pillow’s convert("L") does', () => {
    expect([...toByteImage(image, 1).data]).toEqual(fixture.luma);
  });
});

describe('half-pixel', () => {
  it.each(fixture.halfPixel)('agrees with PyTorch’s interpolate at $width x $height', ({ width, height, rgb }) => {
    const resized = resizeHalfPixel(toFloatImage(image, 3), width, height);
    rgb.forEach((value, index) => expect(resized.data[index] * 255).toBeCloseTo(value, 3));
  });
});

describe('preprocessImage', () => {
  it('gives one channel for luma and three for rgb, in 0..1', () => {
    const grey = preprocessImage(image, spec);
    const colour = preprocessImage(image, { ...spec, colour: 'rgb' });
    expect(grey.length).toBe(36);
    expect(colour.length).toBe(108);
    expect(Math.min(...grey, ...colour)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...grey, ...colour)).toBeLessThanOrEqual(1);
    for (let pixel = 0; pixel < 36; pixel++) {
      const [red, green, blue] = colour.subarray(3 * pixel, 3 * pixel + 3);
      expect(grey[pixel]).toBeCloseTo(0.299 * red + 0.587 * green + 0.114 * blue, 5);
    }
  });

  it('cuts the centre and keeps every second pixel, in this order', () => {
    const resized = resizePillow(toByteImage(image, 3), 10, 10);
    const input: InputSpec = {
      ...spec,
      colour: 'rgb',
      resize: 'pillow-bilinear',
      resizeTo: 10,
      centreCrop: 6,
      stride: 2,
      size: 3,
    };
    const result = preprocessImage(image, input);
    for (let y = 0; y < 3; y++) {
      for (let x = 0; x < 3; x++) {
        const source = ((2 + 2 * y) * 10 + 2 + 2 * x) * 3;
        expect(result[(y * 3 + x) * 3] * 255).toBeCloseTo(resized.data[source], 3);
      }
    }
  });

  it('uses an image that has the crop’s size as it is', () => {
    const input: InputSpec = { ...spec, resize: 'pillow-bilinear', resizeTo: 20, centreCrop: 12 };
    const values = Array.from({ length: 12 * 12 * 3 }, (_, index) => (index * 37) % 256);
    const result = preprocessImage(toPixels(values, 12, 12), { ...input, colour: 'rgb', size: 12 });
    expect(Array.from(result, (value) => Math.round(value * 255))).toEqual(values);
  });

  it('names a manifest whose sizes contradict each other', () => {
    expect(() => preprocessImage(image, { ...spec, size: 7 })).toThrow(ModelError);
    expect(() => preprocessImage(image, { ...spec, resizeTo: 4 })).toThrow(/resizeTo 4/);
  });
});
