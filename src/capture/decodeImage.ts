/** Decodes picture files with what the browser has. */
import { CaptureError } from '../errors.js';

/**
 * The picture in a file, turned upright as its EXIF orientation says.
 * @throws CaptureError `not-an-image`
 */
export async function decodeImage(file: Blob): Promise<ImageBitmap> {
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
  const name = file instanceof File && file.name !== '' ? file.name : 'This file';
  return new CaptureError(
    'not-an-image',
    `${name} holds no picture that this browser can show. Try a JPEG or PNG file.`,
    {
      cause,
    },
  );
}
