/** Finds faces and cuts them out, on our own kernels. */
import { type CropShape, FaceCropper } from '../../dataset/faceCropper.js';
import { PictureFaces } from '../../detection/pictureFaces.js';
import { fetchDetector } from '../../faces/detectorFiles.js';
import type { PixelImage } from '../../faces/image.js';
import { fetchKernels } from '../../plan/startClassifier.js';
import { sharedKernels } from '../../plan/wasm/module.js';
import type { TrainingAssets } from './protocol.js';

export type DetectionAssets = Pick<TrainingAssets, 'detector' | 'kernels'>;

/** @throws RuntimeError `assets-missing`, `no-backend`, `detector-failed` */
export async function openFaceCropper(
  { detector, kernels }: DetectionAssets,
  shape: CropShape,
): Promise<FaceCropper<PixelImage>> {
  const faces = await PictureFaces.create(await fetchDetector(detector.detector), sharedKernels(fetchKernels(kernels)));
  return new FaceCropper<PixelImage>(faces.detector, (image) => image, shape);
}
