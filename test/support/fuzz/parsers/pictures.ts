/** Pictures: their headers, which every reader looks at first, and the decoders of the command line. */
import * as fc from 'fast-check';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { checkImageHeader, type ImageHeader } from '../../../../src/base/imageHeader.js';
import { decodeInNode } from '../../../../src/node/decodeImage.js';
import { withExif } from '../../pictures.js';
import { type Parser, USUAL_MEMORY } from '../contract.js';

const side = fc.integer({ min: 1, max: 24 });
const orientation = fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8);

interface Drawn {
  readonly width: number;
  readonly height: number;
  /** RGBA */
  readonly data: Uint8Array;
}

const drawn: fc.Arbitrary<Drawn> = fc.tuple(side, side).chain(([width, height]) => {
  const count = width * height * 4;
  return fc.uint8Array({ minLength: count, maxLength: count }).map((data) => ({ width, height, data }));
});

function png({ width, height, data }: Drawn): Uint8Array<ArrayBuffer> {
  const picture = new PNG({ width, height });
  picture.data.set(data);
  return Uint8Array.from(PNG.sync.write(picture));
}

/** JPEG files made beforehand: the encoder takes longer than all the rest. */
const PHOTOS = [
  [1, 1],
  [8, 8],
  [17, 3],
  [5, 24],
].map(([width, height], seed) => {
  const data = Buffer.from(Array.from({ length: width * height * 4 }, (_, at) => (at * (37 + seed)) & 0xff));
  return { width, height, bytes: Uint8Array.from(jpeg.encode({ width, height, data }, 90).data) };
});
const photo = fc.tuple(fc.constantFrom(...PHOTOS), orientation);

/** Headers alone, as they stand in the formats that only browsers decode. */
function gif(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(13);
  bytes.set(new TextEncoder().encode('GIF89a'));
  new DataView(bytes.buffer).setUint16(6, width, true);
  new DataView(bytes.buffer).setUint16(8, height, true);
  return bytes;
}

function bmp(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(54);
  bytes.set(new TextEncoder().encode('BM'));
  const view = new DataView(bytes.buffer);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, -height, true);
  return bytes;
}

function webp(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(30);
  bytes.set(new TextEncoder().encode('RIFF'));
  bytes.set(new TextEncoder().encode('WEBPVP8L'), 8);
  new DataView(bytes.buffer).setUint32(21, ((width - 1) | ((height - 1) << 14)) >>> 0, true);
  return bytes;
}

const WORDS = [
  'IHDR',
  'IDAT',
  'eXIf',
  '\u00ff\u00d8',
  '\u00ff\u00da',
  '\u00ff\u00d9',
  'Exif\0\0',
  'VP8X',
  'ftypavif',
  'GIF89a',
];

const header: Parser<ImageHeader | null> = {
  name: 'picture-header',
  sound: fc.oneof(
    drawn.map((picture) => sound(png(picture), 'image/png', picture)),
    photo.map(([picture, turned]) => sound(withExif(picture.bytes, turned), 'image/jpeg', picture, turned)),
    fc.tuple(side, side).map(([width, height]) => sound(gif(width, height), 'image/gif', { width, height })),
    fc.tuple(side, side).map(([width, height]) => sound(bmp(width, height), 'image/bmp', { width, height })),
    fc.tuple(side, side).map(([width, height]) => sound(webp(width, height), 'image/webp', { width, height })),
  ),
  read: (bytes) => checkImageHeader(bytes, 'The picture'),
  words: WORDS,
  memory: USUAL_MEMORY,
};

function sound(bytes: Uint8Array<ArrayBuffer>, type: string, size: { width: number; height: number }, turned = 1) {
  const { width, height } = size;
  return { bytes, value: { type, width, height, orientation: turned as ImageHeader['orientation'] } };
}

/** PNG comes back to the pixel. */
const pngDecoder: Parser<Drawn> = {
  name: 'png',
  sound: drawn.map((picture) => ({ bytes: png(picture), value: { ...picture, data: [...picture.data] as never } })),
  read: async (bytes) => {
    const { width, height, data } = await decodeInNode(bytes);
    return { width, height, data: [...data] as never };
  },
  words: WORDS,
  // The largest picture that is let in, decoded, and once more while it is filtered.
  memory: 1.25 * 2 ** 30,
};

/** JPEG loses what it will; its size and how it is turned it keeps. */
const jpegDecoder: Parser<{ readonly width: number; readonly height: number }> = {
  name: 'jpeg',
  sound: photo.map(([{ width, height, bytes }, turned]) => {
    return { bytes: withExif(bytes, turned), value: turned < 5 ? { width, height } : { width: height, height: width } };
  }),
  read: async (bytes) => {
    const { width, height } = await decodeInNode(bytes);
    return { width, height };
  },
  words: WORDS,
  memory: 1.25 * 2 ** 30,
};

export const PICTURE_PARSERS = [header, pngDecoder, jpegDecoder] as const;
