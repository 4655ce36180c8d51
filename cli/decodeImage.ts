/** PNG and JPEG in Node, without native code. */
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { imageType } from '../src/base/imageType.js';
import { CaptureError } from '../src/errors.js';
import type { PixelImage } from '../src/faces/image.js';

/** No picture of faces needs more, and a small file can claim any size. */
const MAXIMUM_MEGAPIXELS = 100;
const MAXIMUM_MEMORY_MB = 1024;

/**
 * Pixels of an encoded image. Colour profiles and EXIF orientation are not applied.
 * @throws CaptureError `not-an-image` for other formats and broken files
 */
export async function decodeInNode(bytes: Uint8Array): Promise<PixelImage> {
  const type = imageType(bytes);
  try {
    if (type === 'image/png') return fromPng(bytes);
    if (type === 'image/jpeg') {
      const { width, height, data } = jpeg.decode(bytes, {
        useTArray: true,
        formatAsRGBA: true,
        maxResolutionInMP: MAXIMUM_MEGAPIXELS,
        maxMemoryUsageInMB: MAXIMUM_MEMORY_MB,
      });
      return { data: new Uint8ClampedArray(data), width, height };
    }
  } catch (cause) {
    throw new CaptureError('not-an-image', 'The image is broken. Save it again.', { cause });
  }
  throw new CaptureError('not-an-image', 'Only PNG and JPEG can be read here. Convert the image first.');
}

function fromPng(bytes: Uint8Array): PixelImage {
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return { data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength), width, height };
}
