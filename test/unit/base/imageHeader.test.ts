/** Pictures' headers: types, sizes and orientations without decoding. */
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { exifOrientation } from '../../../src/base/exif.js';
import { checkImageHeader, readImageHeader } from '../../../src/base/imageHeader.js';
import { blockJpeg, crc32, exifBlock, joined, pngThatClaims, withExif } from '../../support/pictures.js';

const ascii = (text: string) => new TextEncoder().encode(text);
const little = (value: number, bytes: number) => Uint8Array.from({ length: bytes }, (_, at) => value / 256 ** at);
const big = (value: number, bytes: number) => little(value, bytes).reverse();

function webp(kind: string, payload: Uint8Array): Uint8Array {
  return joined(
    ascii('RIFF'),
    little(4 + 8 + payload.length, 4),
    ascii('WEBP'),
    ascii(kind),
    little(payload.length, 4),
    payload,
  );
}

describe('headers of pictures', () => {
  it.each([
    ['PNG', pngThatClaims(640, 480), 'image/png', 640, 480],
    ['JPEG', blockJpeg([[0, 50, 100]]), 'image/jpeg', 48, 16],
    ['GIF', joined(ascii('GIF89a'), little(300, 2), little(200, 2)), 'image/gif', 300, 200],
    [
      'BMP, rows from the top',
      joined(ascii('BM'), new Uint8Array(12), little(40, 4), little(70, 4), little(2 ** 32 - 50, 4)),
      'image/bmp',
      70,
      50,
    ],
    [
      'BMP with the oldest header',
      joined(ascii('BM'), new Uint8Array(12), little(12, 4), little(70, 2), little(50, 2)),
      'image/bmp',
      70,
      50,
    ],
    ['WebP, lossy', webp('VP8 ', joined(new Uint8Array(6), little(321, 2), little(123, 2))), 'image/webp', 321, 123],
    [
      'WebP, lossless',
      webp('VP8L', joined(Uint8Array.of(0x2f), little(320 + 122 * 2 ** 14, 4))),
      'image/webp',
      321,
      123,
    ],
    [
      'WebP, extended',
      webp('VP8X', joined(new Uint8Array(4), little(70_000 - 1, 3), little(122, 3))),
      'image/webp',
      70_000,
      123,
    ],
    [
      'AVIF, the largest of its pictures',
      joined(
        big(24, 4),
        ascii('ftypavif'),
        new Uint8Array(12),
        big(20, 4),
        ascii('ispe'),
        big(0, 4),
        big(64, 4),
        big(48, 4),
        big(20, 4),
        ascii('ispe'),
        big(0, 4),
        big(6400, 4),
        big(4800, 4),
      ),
      'image/avif',
      6400,
      4800,
    ],
  ])('%s', (_, bytes, type, width, height) => {
    expect(readImageHeader(bytes)).toEqual({ type, width, height, orientation: 1 });
  });

  it('finds the size of a JPEG behind a preview, tables and fill bytes', () => {
    const file = blockJpeg([[10, 20]]);
    const preview = blockJpeg([[1]]);
    const segment = joined(Uint8Array.of(0xff, 0xe2), big(2 + preview.length, 2), preview, Uint8Array.of(0xff));
    const header = readImageHeader(joined(file.subarray(0, 2), segment, file.subarray(2)));
    expect(header).toMatchObject({ width: 32, height: 16 });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'reads orientation %i in both byte orders, from JPEG and from PNG',
    (orientation) => {
      for (const littleEndian of [true, false]) {
        expect(readImageHeader(withExif(blockJpeg([[0]]), orientation, littleEndian))?.orientation).toBe(orientation);
        const png = PNG.sync.write(new PNG({ width: 1, height: 1 }));
        const body = joined(ascii('eXIf'), exifBlock(orientation, littleEndian));
        const chunk = joined(big(body.length - 4, 4), body, big(crc32(body), 4));
        expect(readImageHeader(joined(png.subarray(0, 33), chunk, png.subarray(33)))?.orientation).toBe(orientation);
      }
    },
  );

  it('takes broken EXIF blocks as upright', () => {
    const whole = exifBlock(6);
    for (let length = 0; length < 22; length++)
      expect(exifOrientation(new DataView(whole.slice(0, length).buffer))).toBe(1);
    for (const value of [0, 9, 65_535]) expect(exifOrientation(new DataView(exifBlock(value).slice().buffer))).toBe(1);
    const farAway = exifBlock(6).slice();
    new DataView(farAway.buffer).setUint32(4, 0xffffffff, true);
    expect(exifOrientation(new DataView(farAway.buffer))).toBe(1);
  });

  it('says nothing about files cut off before their size, and never throws on any prefix', () => {
    for (const bytes of [pngThatClaims(9, 9), withExif(blockJpeg([[0]]), 6), webp('VP8X', new Uint8Array(10))]) {
      for (let length = 0; length < 24 && length < bytes.length; length++) {
        expect(readImageHeader(bytes.subarray(0, length))).toBeNull();
      }
    }
    expect(readImageHeader(ascii('no picture at all, only words'))).toBeNull();
  });

  it('refuses what is too large or empty by name, and lets the largest through', () => {
    expect(() => checkImageHeader(pngThatClaims(20_000, 20_000), 'big.png')).toThrow(
      expect.objectContaining({
        code: 'image-too-large',
        message: expect.stringMatching(/^big\.png has 20000 x 20000/) as string,
      }),
    );
    expect(() => checkImageHeader(pngThatClaims(10_001, 10_000), 'p')).toThrow(
      expect.objectContaining({ code: 'image-too-large' }),
    );
    expect(checkImageHeader(pngThatClaims(10_000, 10_000), 'p')).toMatchObject({ width: 10_000 });
    expect(() => checkImageHeader(pngThatClaims(0, 5), 'p')).toThrow(expect.objectContaining({ code: 'not-an-image' }));
    expect(() => checkImageHeader(pngThatClaims(5, 0), 'p')).toThrow(expect.objectContaining({ code: 'not-an-image' }));
    expect(checkImageHeader(ascii('unknown'), 'p')).toBeNull();
  });
});
