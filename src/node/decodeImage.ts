/** PNG and JPEG in Node, without native code. */
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { turnUpright } from '../base/exif.js';
import { checkImageHeader } from '../base/imageHeader.js';
import { MAXIMUM_PICTURE_PIXELS } from '../base/limits.js';
import { CaptureError, QcsError } from '../errors.js';
import type { PixelImage } from '../faces/image.js';

/** jpeg-js's own bookkeeping: its working copies of the largest picture that we let in. */
const MAXIMUM_MEMORY_MB = 1024;

/**
 * Pixels of an encoded image, turned upright as its EXIF orientation says. Colour profiles are not applied.
 * @throws CaptureError `not-an-image` for other formats and broken files, `image-too-large` over 100 megapixels
 */
export async function decodeInNode(bytes: Uint8Array): Promise<PixelImage> {
  try {
    const header = checkImageHeader(bytes, 'The image');
    if (header?.type === 'image/png') return turnUpright(fromPng(bytes), header.orientation);
    if (header?.type === 'image/jpeg') return turnUpright(fromJpeg(bytes), header.orientation);
  } catch (cause) {
    if (cause instanceof QcsError) throw cause;
    throw new CaptureError('not-an-image', 'The image is broken. Save it again.', { cause });
  }
  throw new CaptureError('not-an-image', 'Only PNG and JPEG can be read here. Convert the image first.');
}

function fromPng(bytes: Uint8Array): PixelImage {
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return { data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength), width, height };
}

function fromJpeg(bytes: Uint8Array): PixelImage {
  // The decoder would fill what is missing with grey.
  if (lastMarker(bytes, END_OF_IMAGE) < lastMarker(bytes, START_OF_SCAN)) throw new Error('the file ends too early');
  const { width, height, data } = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: true,
    tolerantDecoding: false,
    maxResolutionInMP: MAXIMUM_PICTURE_PIXELS / 1e6,
    maxMemoryUsageInMB: MAXIMUM_MEMORY_MB,
  });
  return { data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength), width, height };
}

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** Where a JPEG's marker stands last; -1 for nowhere. A preview inside the file has markers of its own, all before the picture's. */
function lastMarker(bytes: Uint8Array, marker: number): number {
  for (let at = bytes.length - 2; at >= 0; at--) if (bytes[at] === 0xff && bytes[at + 1] === marker) return at;
  return -1;
}
