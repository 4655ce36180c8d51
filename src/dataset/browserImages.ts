/** Decoding and encoding images with the browser's own codecs, in pages and workers. */
import { checkImageHeader } from '../base/imageHeader.js';
import { RuntimeError } from '../errors.js';
import { context2d, createCanvas, type AnyCanvas } from '../faces/canvas.js';
import type { PixelImage } from '../faces/image.js';

/**
 * Pixels of an encoded image, upright, with their values untouched by colour management; what is transparent is black. Rejects for bytes that
 * are no image, with a CaptureError `image-too-large` over 100 megapixels, and with a RuntimeError `worker-blocked` where there is no canvas, see {@link bitmapPixels}.
 */
export async function decodeInBrowser(bytes: Uint8Array<ArrayBuffer>): Promise<PixelImage> {
  checkImageHeader(bytes, 'The image');
  const bitmap = await createImageBitmap(new Blob([bytes]), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
    imageOrientation: 'from-image',
  });
  try {
    return bitmapPixels(bitmap);
  } finally {
    bitmap.close();
  }
}

/** Pixels of a bitmap. Throws a RuntimeError `worker-blocked` in a worker of a browser whose workers cannot draw. */
export function bitmapPixels(bitmap: ImageBitmap): PixelImage {
  const { width, height } = bitmap;
  const context = context2d(createCanvas(width, height), { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height);
}

function canvasOf(image: PixelImage): AnyCanvas {
  const canvas = createCanvas(image.width, image.height);
  const data = new ImageData(new Uint8ClampedArray(image.data), image.width, image.height);
  context2d(canvas).putImageData(data, 0, 0);
  return canvas;
}

/** A PNG of the pixels. Throws as {@link bitmapPixels}. */
export async function encodePng(image: PixelImage): Promise<{ bytes: Uint8Array<ArrayBuffer>; type: string }> {
  const canvas = canvasOf(image);
  const blob = 'convertToBlob' in canvas ? await canvas.convertToBlob({ type: 'image/png' }) : await elementPng(canvas);
  return { bytes: new Uint8Array(await blob.arrayBuffer()), type: 'image/png' };
}

async function elementPng(canvas: HTMLCanvasElement): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
  if (blob !== null) return blob;
  throw new RuntimeError('out-of-memory', 'The browser could not encode an image. Close other tabs and try again.');
}
