/**
 * What a picture's file says of itself before its pixels: type, size and orientation. Read first, so that a small file that claims a
 * huge picture costs nothing. Sources: PNG (W3C, 3rd edition), JPEG (ITU-T T.81), EXIF 2.32, WebP (RFC 9649), AVIF (ISO/IEC 23008-12).
 */
import { CaptureError } from '../errors.js';
import { exifOrientation, type Orientation } from './exif.js';
import { imageType } from './imageType.js';
import { MAXIMUM_PICTURE_PIXELS } from './limits.js';

export interface ImageHeader {
  readonly type: string;
  /** Pixels as they are stored, before the orientation turns them. */
  readonly width: number;
  readonly height: number;
  /** How the stored picture is to be turned to stand upright; 1 for not at all. */
  readonly orientation: Orientation;
}

/**
 * Reads the header from a file's first bytes ({@link PICTURE_HEADER_BYTES} are enough). Null for kinds of files that we do not know,
 * and for known ones whose size does not stand where it should.
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
  const type = imageType(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const header = type === null ? null : READERS[type]?.(view);
    return header === undefined || header === null || type === null ? null : { type, ...header };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * Refuses pictures that are too large or have no pixels at all; says nothing about files whose header we cannot read.
 * @param name for people: the file's name, or "The picture"
 * @throws CaptureError `image-too-large`, `not-an-image`
 */
export function checkImageHeader(bytes: Uint8Array, name: string): ImageHeader | null {
  const header = readImageHeader(bytes);
  if (header === null) return null;
  const { width, height } = header;
  if (width === 0 || height === 0) {
    throw new CaptureError(
      'not-an-image',
      `${name} is a picture without pixels (${width} x ${height}). Save it again.`,
    );
  }
  if (width * height > MAXIMUM_PICTURE_PIXELS) {
    const limit = `${MAXIMUM_PICTURE_PIXELS / 1e6} megapixels`;
    throw new CaptureError(
      'image-too-large',
      `${name} has ${width} x ${height} pixels, and ${limit} are the most that is read. Save it smaller.`,
    );
  }
  return header;
}

type Reader = (view: DataView) => Omit<ImageHeader, 'type'> | null;

const READERS: Readonly<Record<string, Reader>> = {
  'image/png': readPng,
  'image/jpeg': readJpeg,
  'image/webp': readWebp,
  'image/gif': (view) => upright(view.getUint16(6, true), view.getUint16(8, true)),
  'image/bmp': readBmp,
  'image/avif': readAvif,
};

function upright(width: number, height: number): Omit<ImageHeader, 'type'> {
  return { width, height, orientation: 1 };
}

function fourCharacters(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function readPng(view: DataView): Omit<ImageHeader, 'type'> | null {
  if (fourCharacters(view, 12) !== 'IHDR') return null;
  const size = upright(view.getUint32(16), view.getUint32(20));
  // Signature 8 bytes; a chunk is length, type, data, checksum. The pixels' chunk ends the header.
  for (let at = 8; at + 8 <= view.byteLength;) {
    const length = view.getUint32(at);
    const name = fourCharacters(view, at + 4);
    if (name === 'IDAT') break;
    if (name === 'eXIf' && at + 8 + length <= view.byteLength) {
      return { ...size, orientation: exifOrientation(part(view, at + 8, length)) };
    }
    at += 12 + length;
  }
  return size;
}

function readJpeg(view: DataView): Omit<ImageHeader, 'type'> | null {
  let orientation: Orientation = 1;
  for (let at = 2; at + 4 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    // Fill bytes before a marker, and markers without a length.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    const length = view.getUint16(at + 2);
    if (isFrameHeader(marker)) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5), orientation };
    }
    if (marker === 0xe1 && fourCharacters(view, at + 4) === 'Exif' && at + 2 + length <= view.byteLength) {
      orientation = exifOrientation(part(view, at + 10, length - 8));
    }
    if (marker === 0xda) return null;
    at += 2 + length;
  }
  return null;
}

/** SOF0 to SOF15, without the tables (DHT, JPG, DAC) that lie among them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readWebp(view: DataView): Omit<ImageHeader, 'type'> | null {
  const kind = fourCharacters(view, 12);
  if (kind === 'VP8 ') return upright(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return upright((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
  if (kind !== 'VP8X') return null;
  const threeBytes = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
  return upright(threeBytes(24) + 1, threeBytes(27) + 1);
}

function readBmp(view: DataView): Omit<ImageHeader, 'type'> {
  // The oldest header has 12 bytes and sizes of two bytes; negative heights mean rows from the top.
  if (view.getUint32(14, true) === 12) return upright(view.getUint16(18, true), view.getUint16(20, true));
  return upright(Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true)));
}

/** The largest `ispe` box (image spatial extents) among the file's properties: tiles and previews have smaller ones. */
function readAvif(view: DataView): Omit<ImageHeader, 'type'> | null {
  let size: Omit<ImageHeader, 'type'> | null = null;
  for (let at = 4; at + 16 <= view.byteLength; at++) {
    if (view.getUint8(at) !== 0x69 || fourCharacters(view, at) !== 'ispe' || view.getUint32(at - 4) !== 20) continue;
    const found = upright(view.getUint32(at + 8), view.getUint32(at + 12));
    if (size === null || found.width * found.height > size.width * size.height) size = found;
  }
  return size;
}

function part(view: DataView, at: number, length: number): DataView {
  return new DataView(view.buffer, view.byteOffset + at, length);
}
