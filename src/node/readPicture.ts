/** Pictures from wherever a program in Node has them. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CaptureError } from '../errors.js';
import type { PixelImage } from '../faces/image.js';
import { decodeInNode } from './decodeImage.js';

/** A path, a `file:` address, the bytes of a PNG or JPEG, or pixels (RGBA, row by row). */
export type NodeSource = string | URL | Uint8Array | PixelImage;

/**
 * The pixels of a picture, upright.
 * @throws CaptureError `not-an-image`, `image-too-large`; the path is named
 */
export async function readPicture(source: NodeSource): Promise<PixelImage> {
  if (typeof source !== 'string' && !(source instanceof URL)) {
    return source instanceof Uint8Array ? decodeInNode(source) : checkPixels(source);
  }
  const path = pathOf(source);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new CaptureError('not-an-image', `${path} cannot be opened. Check the path.`, { cause });
  });
  try {
    return await decodeInNode(new Uint8Array(bytes));
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    throw new CaptureError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

function checkPixels(image: PixelImage): PixelImage {
  if (image.width >= 1 && image.height >= 1 && image.data.length === image.width * image.height * 4) return image;
  throw new CaptureError('not-an-image', 'Pixels need four bytes each, red, green, blue and alpha, row by row.');
}

/** A path, or the path of a `file:` address. */
export function pathOf(place: string | URL): string {
  return place instanceof URL || place.startsWith('file:') ? fileURLToPath(place) : place;
}
