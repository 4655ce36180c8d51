/** Finding and cutting out faces of pictures in memory: what an engine needs besides a classifier, in Node and in a page. */
import { cropTransform, scaleOf } from '../faces/alignment.js';
import { alignedCrop, pixelSource, type PixelSource } from '../faces/crop.js';
import { wholeFrame } from '../faces/frameDetector.js';
import { mapKeypoints, type Keypoints } from '../faces/geometry.js';
import { type Glance, GLANCE_SIDE } from '../faces/glance.js';
import type { PixelImage } from '../faces/image.js';
import { channelCount, cropAndStride } from '../faces/preprocess.js';
import type { KernelSource } from '../plan/wasm/module.js';
import type { InputSpec } from '../weights/manifest.js';
import { PictureKernels } from './pictureKernels.js';
import { PixelDetector } from './pixelDetector.js';

/** A picture in memory, which may be smaller than what it was taken from. */
export interface Picture extends PixelImage {
  /** All of its pixels. */
  readonly detail?: PixelSource;
}

/** Pixels of a picture a pixel of a crop, above which more of them add nothing to it. */
const ENOUGH_DETAIL = Math.SQRT2;

export class PictureFaces {
  readonly detector: PixelDetector;
  private readonly pictures: PictureKernels;

  private constructor(detector: PixelDetector, pictures: PictureKernels) {
    this.detector = detector;
    this.pictures = pictures;
  }

  /**
   * @param model the bytes of `face_detection_short_range.tflite`
   * @throws as `PixelDetector.create`
   */
  static async create(model: Uint8Array, kernels: KernelSource): Promise<PictureFaces> {
    const pictures = await PictureKernels.create(kernels);
    return new PictureFaces(await PixelDetector.create(model, kernels, pictures), pictures);
  }

  /** A coarse picture of it. */
  glance(picture: PixelImage): Glance {
    return this.pictures.part(picture, wholeFrame(picture), GLANCE_SIDE).slice();
  }

  /** The network's input for one face, as `alignedCrop`: `[size, size, channels]` in 0..1, or undefined without a size of the face. */
  crop(picture: Picture, keypoints: Keypoints, input: InputSpec): Float32Array | undefined {
    const side = input.resizeTo;
    const transform = cropTransform(keypoints, input.template, side);
    if (transform === undefined) return undefined;
    const { detail } = picture;
    if (detail !== undefined && scaleOf(transform) < ENOUGH_DETAIL) {
      return alignedCrop(detail, mapKeypoints(keypoints, detail.width / picture.width, { x: 0, y: 0 }), input);
    }
    if (channelCount(input) !== 1) return alignedCrop(pixelSource(picture), keypoints, input);
    const data = this.pictures.lumaCrop(picture, transform, side);
    return cropAndStride({ data, width: side, height: side, channels: 1 }, input);
  }
}
