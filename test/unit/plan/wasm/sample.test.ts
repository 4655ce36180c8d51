/** The part of a picture that a detector reads, by the kernel against its definition. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/base/random.js';
import type { PixelImage } from '../../../../src/faces/image.js';
import { samplePartScratch } from '../../../../src/plan/wasm/kernels.js';
import { type Bench, BUILDS, expectNear, openKernels } from './support.js';

interface Part {
  readonly x: number;
  readonly y: number;
  readonly length: number;
}

/** Every pixel as the definition says: the mean under a triangle in both directions, black outside. */
function defined({ data, width, height }: PixelImage, { x, y, length }: Part, side: number): Float64Array {
  const scale = length / (2 * side);
  const reach = Math.max(scale, 1);
  const weights = (start: number, index: number) => {
    const middle = start + (2 * index + 0.5) * scale;
    const from = Math.floor(middle - reach);
    const all = Array.from({ length: Math.ceil(middle + reach) - from }, (_, tap) => ({
      at: from + tap,
      weight: Math.max(1 - Math.abs(from + tap + 0.5 - middle) / reach, 0),
    }));
    const sum = all.reduce((total, { weight }) => total + weight, 0);
    return all.map(({ at, weight }) => ({ at, weight: weight / sum }));
  };
  const result = new Float64Array(side * side * 3).fill(-1);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      for (const vertical of weights(y, row).filter(({ at }) => at >= 0 && at < height)) {
        for (const across of weights(x, column).filter(({ at }) => at >= 0 && at < width)) {
          for (let channel = 0; channel < 3; channel++) {
            const value = data[(vertical.at * width + across.at) * 4 + channel];
            result[(row * side + column) * 3 + channel] += (vertical.weight * across.weight * value) / 127.5;
          }
        }
      }
    }
  }
  return result;
}

function noise(random: Random, width: number, height: number): PixelImage {
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, () => random.integer(256));
  return { data, width, height };
}

/** By the kernel, which may write its output and its scratch alone. */
function byKernel(bench: Bench, { data, width, height }: PixelImage, part: Part, side: number): Float32Array {
  bench.clear();
  const rgba = bench.putBytes(Uint8Array.from(data));
  const result = bench.output(side * side, 3);
  const scratch = bench.output(1, samplePartScratch(width, part.length, side) / 4);
  bench.kernels.samplePart(rgba, width, height, part.x, part.y, part.length, side, result.at, scratch.at);
  scratch.read();
  return result.read();
}

describe.each(BUILDS)('%s', (file) => {
  test('a part is as it is defined, at any place and scale, beyond the borders too; nothing else is written', async () => {
    const bench = await openKernels(file);
    const random = new Random(4);
    for (let round = 0; round < 100; round++) {
      const picture = noise(random, 1 + random.integer(70), 1 + random.integer(70));
      const side = 1 + random.integer(20);
      const length = side * Math.exp(random.between(-2, 3));
      const part = { x: random.between(-length, 70), y: random.between(-length, 70), length };
      expectNear(byKernel(bench, picture, part, side), defined(picture, part, side), 1e-5);
    }
  });

  test('a ramp keeps its values where it was drawn twice as large, and an even colour its own at every scale', async () => {
    const bench = await openKernels(file);
    const grey = (side: number, value: (x: number) => number): PixelImage => ({
      width: side,
      height: side,
      data: Uint8ClampedArray.from({ length: side * side * 4 }, (_, index) => value(Math.floor(index / 4) % side)),
    });
    const ramp = byKernel(
      bench,
      grey(64, (x) => 4 * x),
      { x: 16, y: 16, length: 32 },
      16,
    );
    // Pixel 2 i of 32 over 32 pixels from 16 on: the middle of the picture's pixel 16 + 2 i.
    const expected = Array.from({ length: 16 }, (_, index) => (4 * (16 + 2 * index)) / 127.5 - 1);
    expected.forEach((value, x) => expect(ramp[(8 * 16 + x) * 3]).toBeCloseTo(value, 4));
    for (const side of [4, 30, 300]) {
      const part = byKernel(
        bench,
        grey(side, () => 255),
        { x: 0, y: 0, length: 2 * side },
        16,
      );
      const at = (x: number, y: number) => part[(y * 16 + x) * 3];
      expect(at(2, 2)).toBeCloseTo(1, 5);
      expect(at(5, 5)).toBeCloseTo(1, 5);
      expect(at(14, 2)).toBe(-1);
      expect(at(2, 14)).toBe(-1);
    }
  });
});
