import { describe, expect, it } from 'vitest';
import type { Similarity } from '../../../src/faces/alignment.js';
import { alignedCrop, sampleCrop, type PixelSource } from '../../../src/faces/crop.js';
import type { Box } from '../../../src/faces/geometry.js';
import { luma } from '../../../src/faces/image.js';
import type { InputSpec } from '../../../src/weights/manifest.js';

/** A picture whose every pixel is a function of its place, 0..255. */
function picture(
  width: number,
  height: number,
  value: (x: number, y: number) => number,
): PixelSource & { reads: Box[] } {
  const reads: Box[] = [];
  return {
    width,
    height,
    reads,
    read: (box) => {
      reads.push(box);
      const data = new Uint8ClampedArray(box.width * box.height * 4);
      for (let y = 0; y < box.height; y++) {
        for (let x = 0; x < box.width; x++) {
          const grey = value(x + box.x, y + box.y);
          data.set([grey, grey, grey, 255], (y * box.width + x) * 4);
        }
      }
      return { data, width: box.width, height: box.height };
    },
  };
}

const upright = (scale: number, x0: number, y0: number): Similarity => ({ a: scale, b: 0, x0, y0 });

describe('sampleCrop', () => {
  it('copies pixels where crop and picture have one scale', () => {
    const source = picture(40, 30, (x, y) => 5 * x + y);
    const crop = sampleCrop(source, upright(1, 10, 7), 8, 1);
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) expect(crop.data[y * 8 + x] * 255).toBeCloseTo(5 * (x + 10) + y + 7, 3);
    }
  });

  it('is exact on a ramp at any scale and angle: places are not shifted by filtering', () => {
    const source = picture(400, 400, (x, y) => 0.3 * x + 0.2 * y);
    const angle = 0.4;
    for (const scale of [0.7, 1.3, 2.6, 5.1]) {
      const transform = { a: scale * Math.cos(angle), b: scale * Math.sin(angle), x0: 150, y0: 60 };
      const crop = sampleCrop(source, transform, 32, 1);
      for (const [x, y] of [
        [3, 4],
        [16, 16],
        [29, 8],
      ]) {
        const u = transform.a * (x + 0.5) - transform.b * (y + 0.5) + transform.x0 - 0.5;
        const v = transform.b * (x + 0.5) + transform.a * (y + 0.5) + transform.y0 - 0.5;
        // The ramp itself is rounded to 8 bits.
        expect(Math.abs(crop.data[y * 32 + x] * 255 - (0.3 * u + 0.2 * v))).toBeLessThan(0.8);
      }
    }
  });

  it('averages a fine pattern away instead of turning it into a coarse one', () => {
    const checks = picture(512, 512, (x, y) => ((x + y) % 2 === 0 ? 0 : 255));
    const crop = sampleCrop(checks, upright(3.7, 20, 20), 64, 1);
    for (const value of crop.data) expect(Math.abs(value - 0.5)).toBeLessThan(0.03);
  });

  it('repeats the border beyond the picture', () => {
    const source = picture(20, 20, (x) => (x < 10 ? 40 : 200));
    const crop = sampleCrop(source, upright(1, -15, -15), 50, 1);
    expect(crop.data[0] * 255).toBeCloseTo(40, 3);
    expect(crop.data[49] * 255).toBeCloseTo(200, 3);
    expect(crop.data[50 * 49] * 255).toBeCloseTo(40, 3);
  });

  it('reads a part that lies inside the picture, even for a face wholly outside it', () => {
    for (const transform of [upright(2, -900, 40), upright(2, 900, 40), upright(40, -100, -100)]) {
      const source = picture(64, 48, () => 90);
      const crop = sampleCrop(source, transform, 16, 1);
      expect(crop.data.every((value) => Math.abs(value * 255 - 90) < 1e-3)).toBe(true);
      for (const box of source.reads) {
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.y).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(64);
        expect(box.y + box.height).toBeLessThanOrEqual(48);
        expect(box.width * box.height).toBeGreaterThan(0);
      }
    }
  });
});

describe('alignedCrop', () => {
  const input: InputSpec = {
    size: 56,
    colour: 'rgb',
    mean: [0, 0, 0],
    std: [1, 1, 1],
    resize: 'pillow-bilinear',
    resizeTo: 120,
    centreCrop: 112,
    stride: 2,
    template: { rightEye: [0.3, 0.4], leftEye: [0.7, 0.4], nose: [0.5, 0.6], mouth: [0.5, 0.8] },
  };
  const point = (x: number, y: number) => ({ x, y });

  it('brings the template to its place, cuts the centre and strides as for whole images', () => {
    const source = picture(200, 200, (x, y) => (x + y) / 2);
    // The face fills the square from (40, 30) to (160, 150): one crop pixel is one picture pixel.
    const face = {
      rightEye: point(40 + 36, 30 + 48),
      leftEye: point(40 + 84, 30 + 48),
      nose: point(100, 30 + 72),
      mouth: point(100, 30 + 96),
      rightEar: point(0, 0),
      leftEar: point(0, 0),
    };
    const crop = alignedCrop(source, face, input);
    expect(crop).toHaveLength(56 * 56 * 3);
    const firstPixel = Math.round((40 + 4 + 30 + 4) / 2);
    expect(crop![0] * 255).toBeCloseTo(firstPixel, 2);
    const second = Math.round((40 + 4 + 2 + 30 + 4) / 2);
    expect(crop![3] * 255).toBeCloseTo(second, 2);
  });

  it('gives nothing for points that coincide', () => {
    const same = point(5, 5);
    const face = { rightEye: same, leftEye: same, nose: same, mouth: same, rightEar: same, leftEar: same };
    expect(
      alignedCrop(
        picture(20, 20, () => 0),
        face,
        input,
      ),
    ).toBeUndefined();
  });
});

describe('luma', () => {
  it('is 1 for white and weighs green most', () => {
    expect(luma(1, 1, 1)).toBeCloseTo(1, 6);
    expect(luma(0, 1, 0)).toBeGreaterThan(luma(1, 0, 0));
    expect(luma(1, 0, 0)).toBeGreaterThan(luma(0, 0, 1));
  });
});
