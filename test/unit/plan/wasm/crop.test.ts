/** The crop of a face by the kernel against the one in TypeScript. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/base/random.js';
import type { Similarity } from '../../../../src/faces/alignment.js';
import { type PixelSource, readRegion, sampleCrop } from '../../../../src/faces/crop.js';
import { type Bench, BUILDS, expectNear, openKernels } from './support.js';

function noise(random: Random, width: number, height: number): PixelSource {
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, () => random.integer(256));
  return {
    width,
    height,
    read(box) {
      const rows = Array.from({ length: box.height }, (_, row) => {
        const start = ((box.y + row) * width + box.x) * 4;
        return data.subarray(start, start + box.width * 4);
      });
      return { data: Uint8ClampedArray.from(rows.flatMap((row) => [...row])), width: box.width, height: box.height };
    },
  };
}

/** The crop by the kernel, which may write its output and its scratch alone. */
function cropByKernel(bench: Bench, source: PixelSource, crop: Similarity, side: number): Float32Array {
  bench.clear();
  const { pixels, transform } = readRegion(source, crop, side);
  const { width, height } = pixels;
  const rgba = bench.putBytes(Uint8Array.from(pixels.data));
  const [y, scratch] = [bench.output(side, side), bench.output(height, width)];
  const { a, b, x0, y0 } = transform;
  bench.kernels.cropLuma(rgba, 4 * width, width, height, a, b, x0, y0, side, y.at, scratch.at);
  scratch.read();
  return y.read();
}

/** Any place, angle and scale, beyond the borders too. */
function drawTransform(random: Random, { width, height }: PixelSource, side: number): Similarity {
  const scale = Math.exp(random.between(-1.5, 2.2));
  const angle = random.between(-Math.PI, Math.PI);
  const [a, b] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  const [x, y] = [random.between(-5, width + 5), random.between(-5, height + 5)];
  return { a, b, x0: x - ((a - b) * side) / 2, y0: y - ((b + a) * side) / 2 };
}

describe.each(BUILDS)('%s', (file) => {
  test('a crop is that of the picture in TypeScript, for any size, place, angle and reduction; nothing else is written', async () => {
    const bench = await openKernels(file);
    const random = new Random(1);
    for (let round = 0; round < 150; round++) {
      const picture = noise(random, 1 + random.integer(90), 1 + random.integer(90));
      const side = 1 + random.integer(24);
      const crop = drawTransform(random, picture, side);
      expectNear(cropByKernel(bench, picture, crop, side), sampleCrop(picture, crop, side, 1).data, 1e-5);
    }
  });

  test('a crop of 112 pixels out of a large picture, four times reduced and turned, is the same within 1e-5', async () => {
    const picture = noise(new Random(2), 700, 600);
    const crop = { a: 3.9, b: 1.2, x0: 120.25, y0: 20.75 };
    const pixels = cropByKernel(await openKernels(file), picture, crop, 112);
    expectNear(pixels, sampleCrop(picture, crop, 112, 1).data, 1e-5);
  });
});

test('the drawn crops are enlarged and reduced, up to three times halved', () => {
  const random = new Random(3);
  const scales = Array.from({ length: 150 }, () => drawTransform(random, noise(random, 2, 2), 5)).map(({ a, b }) =>
    Math.hypot(a, b),
  );
  expect(Math.min(...scales)).toBeLessThan(0.5);
  expect(Math.max(...scales)).toBeGreaterThan(4 * Math.SQRT2);
});
