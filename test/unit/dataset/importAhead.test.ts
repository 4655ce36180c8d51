/** Images of an import are looked at ahead of their turn, and taken in it. */
import { expect, test } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { Dataset } from '../../../src/dataset/dataset.js';
import { importImages } from '../../../src/dataset/importImages.js';
import type { Layout } from '../../../src/dataset/layout.js';
import type { ImportTools, SeenImage } from '../../../src/dataset/seeImage.js';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';

const NO_TOOLS: ImportTools = {
  decode: () => Promise.reject(new Error('not asked')),
  encode: () => Promise.reject(new Error('not asked')),
  cropFace: null,
};

function layoutOf(count: number): Layout {
  const images = Array.from({ length: count }, (_, index) => ({
    file: { path: `${index}.png`, size: 1, bytes: async () => Promise.resolve(Uint8Array.of(index)) },
    label: index === 2 ? null : 'a',
    split: null,
    group: null,
  }));
  return { kind: 'loose', images, missing: [] };
}

function seen(bytes: Uint8Array<ArrayBuffer>): SeenImage {
  const [index] = bytes;
  const random = new Random(index + 1);
  const hash = Uint32Array.from({ length: 8 }, () => random.integer(2 ** 32));
  return { bytes, type: 'image/png', width: 1, height: 1, digest: `digest ${index}`, hash, faces: 1 };
}

test('several are looked at at once, and all are taken in their order', async () => {
  const dataset = await Dataset.open(new MemoryStorage());
  let working = 0;
  let most = 0;
  const report = await importImages(dataset, layoutOf(12), {
    tools: NO_TOOLS,
    see: async (bytes) => {
      most = Math.max(most, ++working);
      // The later an image, the sooner it is done.
      await new Promise((resolve) => setTimeout(resolve, 24 - 2 * bytes[0]));
      working -= 1;
      return bytes[0] === 4 ? 'no-face' : seen(bytes);
    },
  });
  expect(most).toBeGreaterThan(2);
  expect(most).toBeLessThanOrEqual(8);
  expect(report.problems.map(({ path, kind }) => [path, kind])).toEqual([
    ['2.png', 'no-label'],
    ['4.png', 'no-face'],
  ]);
  const expected = Array.from({ length: 12 }, (_, index) => `${index}.png`).filter(
    (_, index) => ![2, 4].includes(index),
  );
  expect(dataset.samples.map(({ source }) => source)).toEqual(expected);
});

test('an error of one that was looked at ahead ends the import at its turn', async () => {
  const dataset = await Dataset.open(new MemoryStorage());
  const broken = new Error('broken');
  const done: number[] = [];
  const imported = importImages(dataset, layoutOf(12), {
    tools: NO_TOOLS,
    see: async (bytes) => (bytes[0] >= 5 ? Promise.reject(broken) : Promise.resolve(seen(bytes))),
    onProgress: (progress) => done.push(progress.done),
  });
  await expect(imported).rejects.toBe(broken);
  expect(done.at(-1)).toBe(5);
});
