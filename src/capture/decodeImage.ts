/** Decodes picture files with what the browser has. */
import { checkImageHeader } from '../base/imageHeader.js';
import { PICTURE_HEADER_BYTES } from '../base/limits.js';
import { CaptureError } from '../errors.js';

/**
 * The picture in a file, turned upright as its EXIF orientation says.
 * @throws CaptureError `not-an-image`, `image-too-large` over 100 megapixels
 */
export async function decodeImage(file: Blob): Promise<ImageBitmap> {
  const start = new Uint8Array(await file.slice(0, PICTURE_HEADER_BYTES).arrayBuffer());
  checkImageHeader(start, nameOf(file));
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (cause) {
    return decodeByElement(file, cause);
  }
}

/** Drawings (SVG) and some formats are decoded by image elements only. */
async function decodeByElement(file: Blob, first: unknown): Promise<ImageBitmap> {
  if (typeof Image === 'undefined') throw notAnImage(file, first);
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return await createImageBitmap(image);
  } catch (cause) {
    throw notAnImage(file, cause);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function notAnImage(file: Blob, cause: unknown): CaptureError {
  return new CaptureError(
    'not-an-image',
    `${nameOf(file)} holds no picture that this browser can show. Try a JPEG or PNG file.`,
    {
      cause,
    },
  );
}

function nameOf(file: Blob): string {
  return file instanceof File && file.name !== '' ? file.name : 'This file';
}
