/** Finds the largest face of a picture and cuts it out, upright, where networks expect it: in pages, workers and Node. */
import { cropTransform } from '../faces/alignment.js';
import { pixelSource, sampleCrop } from '../faces/crop.js';
import type { FrameDetector, Sized } from '../faces/frameDetector.js';
import type { DetectedFace, Keypoints } from '../faces/geometry.js';
import type { PixelImage } from '../faces/image.js';
import { detectAllFaces } from '../faces/stillDetector.js';
import type { InputSpec } from '../weights/manifest.js';
import type { FaceCrop } from './importImages.js';

/** Score from which a face of the first quick look is taken. */
const CERTAIN_SCORE = 0.6;

/** With the points of the face in the picture. */
export interface FoundFace extends FaceCrop {
  readonly keypoints: Keypoints;
}

/** What of a model's input says how its crops are cut. */
export type CropShape = Pick<InputSpec, 'template' | 'resizeTo'>;

export class FaceCropper<Frame extends Sized> {
  /** @param frameOf a picture as the detector takes it */
  constructor(
    private readonly detector: FrameDetector<Frame>,
    private readonly frameOf: (image: PixelImage) => Frame,
    private readonly shape: CropShape,
  ) {}

  /**
   * The largest face in colour, `resizeTo` pixels a side; null where there is none. `thorough` looks for small faces too, which takes a second or so in a
   * large picture.
   */
  async crop(image: PixelImage, thorough: boolean): Promise<FoundFace | null> {
    const frame = this.frameOf(image);
    let faces = this.detector.detect(frame).filter(({ score }) => score >= CERTAIN_SCORE);
    if (faces.length === 0 && thorough) faces = await detectAllFaces(this.detector, frame);
    const largest = faces.toSorted((first, second) => size(second) - size(first)).at(0);
    if (largest === undefined) return null;
    const transform = cropTransform(largest.keypoints, this.shape.template, this.shape.resizeTo);
    if (transform === undefined) return null;
    const { data: values, width, height } = sampleCrop(pixelSource(image), transform, this.shape.resizeTo, 3);
    const pixels = new Uint8ClampedArray(width * height * 4);
    for (let pixel = 0; pixel < width * height; pixel++) {
      for (let channel = 0; channel < 3; channel++) pixels[pixel * 4 + channel] = values[pixel * 3 + channel] * 255;
      pixels[pixel * 4 + 3] = 255;
    }
    return { pixels: { data: pixels, width, height }, faces: faces.length, keypoints: largest.keypoints };
  }

  close(): void {
    this.detector.close();
  }
}

function size({ box }: DetectedFace): number {
  return box.width * box.height;
}
