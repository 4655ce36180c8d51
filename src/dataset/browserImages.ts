/** Decoding and encoding images with the browser's own codecs, in pages and workers. */
import type { PixelImage } from '../faces/image.js';

/** Pixels of an encoded image, upright, with their values untouched by colour management. Rejects for bytes that are no image. */
export async function decodeInBrowser(bytes: Uint8Array<ArrayBuffer>): Promise<PixelImage> {
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

/** Pixels of a bitmap. */
export function bitmapPixels(bitmap: ImageBitmap): PixelImage {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

/** A PNG of the pixels. */
export async function encodePng(image: PixelImage): Promise<{ bytes: Uint8Array<ArrayBuffer>; type: string }> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  const data = new ImageData(new Uint8ClampedArray(image.data), image.width, image.height);
  canvas.getContext('2d')!.putImageData(data, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return { bytes: new Uint8Array(await blob.arrayBuffer()), type: 'image/png' };
}
