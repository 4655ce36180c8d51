/** Cutting faces out of photos and camera frames in pages and workers: the detector that recognising has, on our own kernels. */
import { FaceCropper, type CropShape } from '../dataset/faceCropper.js';
import { fetchDetector } from '../faces/detectorFiles.js';
import type { PixelImage } from '../faces/image.js';
import { fetchKernels } from '../plan/startClassifier.js';
import { type KernelUrls, sharedKernels } from '../plan/wasm/module.js';
import { PictureFaces } from './pictureFaces.js';

/** Where the detector's weights and the kernels are. */
export interface FaceFinderUrls {
  readonly detector: URL;
  readonly kernels: KernelUrls;
}

/** @throws RuntimeError `assets-missing`, `no-backend`, `detector-failed` */
export async function openPageFaceCropper(urls: FaceFinderUrls, shape: CropShape): Promise<FaceCropper<PixelImage>> {
  const kernels = sharedKernels(fetchKernels(urls.kernels));
  const { detector } = await PictureFaces.create(await fetchDetector(urls.detector), kernels);
  return new FaceCropper<PixelImage>(detector, (image) => image, shape);
}
