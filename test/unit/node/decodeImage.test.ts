/** Pictures as the command line reads them. */
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { decodeInNode } from '../../../src/node/decodeImage.js';
import { blockJpeg, pngThatClaims, withExif } from '../../support/pictures.js';

/** How a picture stored as rows `ab` / `cd` / `ef` is to be seen, by orientation (EXIF 2.32, figure of tag 0x0112). */
const SEEN: Readonly<Record<number, readonly string[]>> = {
  1: ['ab', 'cd', 'ef'],
  2: ['ba', 'dc', 'fe'],
  3: ['fe', 'dc', 'ba'],
  4: ['ef', 'cd', 'ab'],
  5: ['ace', 'bdf'],
  6: ['eca', 'fdb'],
  7: ['fdb', 'eca'],
  8: ['bdf', 'ace'],
};
const GREYS: Readonly<Record<string, number>> = { a: 20, b: 60, c: 100, d: 140, e: 180, f: 220 };

describe('decodeInNode', () => {
  it.each(Object.entries(SEEN))('turns a photo with orientation %s upright', async (orientation, seen) => {
    const stored = SEEN[1].map((row) => row.split('').map((letter) => GREYS[letter]));
    const { data, width, height } = await decodeInNode(withExif(blockJpeg(stored), Number(orientation)));
    expect([width, height]).toEqual([seen[0].length * 16, seen.length * 16]);
    seen.forEach((row, y) =>
      row.split('').forEach((letter, x) => {
        const value = data[((y * 16 + 8) * width + x * 16 + 8) * 4];
        expect(Math.abs(value - GREYS[letter])).toBeLessThan(6);
      }),
    );
  });

  it('refuses pictures over 100 megapixels and pictures without pixels before decoding', async () => {
    await expect(decodeInNode(pngThatClaims(20_000, 20_000))).rejects.toMatchObject({ code: 'image-too-large' });
    await expect(decodeInNode(pngThatClaims(0, 10))).rejects.toMatchObject({ code: 'not-an-image' });
  });

  it('refuses files that end too early, at every length', async () => {
    const photo = blockJpeg([
      [0, 90, 200],
      [80, 10, 30],
    ]);
    const png = Uint8Array.from(PNG.sync.write(new PNG({ width: 8, height: 8 })));
    for (const file of [photo, png]) {
      for (let length = 0; length < file.length - 12; length += 7) {
        await expect(decodeInNode(file.subarray(0, length))).rejects.toMatchObject({ code: 'not-an-image' });
      }
    }
  });

  it('refuses text, and kinds of pictures that it cannot read', async () => {
    for (const text of [
      '',
      'a letter called photo.jpg',
      'GIF89a\u0001\u0000\u0001\u0000\u0000\u0000\u0000',
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
    ]) {
      await expect(decodeInNode(new TextEncoder().encode(text))).rejects.toMatchObject({ code: 'not-an-image' });
    }
  });
});
