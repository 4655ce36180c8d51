/** Taking images into a data set in Node: as the page does it, with decoders and a detector of its own. */
import { PNG } from 'pngjs';
import { FaceCropper, type CropShape } from '../dataset/faceCropper.js';
import type { CropFace, ImportTools } from '../dataset/importImages.js';
import { PictureFaces } from '../detection/pictureFaces.js';
import type { PixelImage } from '../faces/image.js';
import { readKernels } from '../plan/nodeKernels.js';
import { sharedKernels } from '../plan/wasm/module.js';
import { decodeInNode } from './decodeImage.js';
import { readDetector } from './parts.js';

export const NODE_IMAGES: Pick<ImportTools, 'decode' | 'encode'> = {
  decode: decodeInNode,
  encode: async (image) => ({ bytes: encodePng(image), type: 'image/png' }),
};

/** Looks for small faces, too. @throws RuntimeError `no-backend`, `detector-failed` */
export async function openFaceCropper(shape: CropShape): Promise<CropFace> {
  const { detector } = await PictureFaces.create(await readDetector(), sharedKernels(readKernels));
  const cropper = new FaceCropper<PixelImage>(detector, (image) => image, shape);
  return (image) => cropper.crop(image, true);
}

function encodePng({ data, width, height }: PixelImage): Uint8Array<ArrayBuffer> {
  const png = new PNG({ width, height });
  png.data.set(data);
  return new Uint8Array(PNG.sync.write(png));
}
