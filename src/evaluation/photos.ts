/** Whole photos on their way into an evaluation in the page: their faces are found once for all models that want the same crops. */
import { decodeInBrowser, encodePng, openFaceCropper } from '../dataset/browserImages.js';
import { readImageHeader } from '../base/imageHeader.js';
import { TrainingError } from '../errors.js';
import type { DetectorUrls } from '../faces/detector.js';
import type { InputSpec } from '../weights/manifest.js';
import { alignSamples, type AlignedSamples } from './align.js';
import type { EvaluationSample } from './samples.js';

/** Images that are looked at to tell photos from faces that were cut out. */
const LOOKED_AT = 12;

export class AlignedPhotos {
  private readonly known = new Map<string, AlignedSamples>();

  /**
   * @param split of the samples
   * @param onProgress called with the photos looked at so far and their number; what it throws ends it
   * @throws TrainingError `data-empty` where no photo shows a face; ModelError `model-missing`, RuntimeError `detector-failed`
   */
  async align(
    samples: readonly EvaluationSample[],
    split: string,
    { template, resizeTo }: Pick<InputSpec, 'template' | 'resizeTo'>,
    urls: DetectorUrls,
    onProgress: (done: number, total: number) => void,
  ): Promise<AlignedSamples> {
    const key = JSON.stringify([split, template, resizeTo]);
    const aligned = this.known.get(key) ?? (await find(samples, { template, resizeTo }, urls, onProgress));
    this.known.set(key, aligned);
    return aligned;
  }
}

async function find(
  samples: readonly EvaluationSample[],
  shape: Pick<InputSpec, 'template' | 'resizeTo'>,
  urls: DetectorUrls,
  onProgress: (done: number, total: number) => void,
): Promise<AlignedSamples> {
  const cropper = await openFaceCropper(urls, shape);
  const tools = {
    decode: decodeInBrowser,
    encode: encodePng,
    cropFace: async (image: Parameters<typeof cropper.crop>[0]) => cropper.crop(image, true),
  };
  try {
    const aligned = await alignSamples(samples, tools, onProgress);
    if (aligned.samples.length > 0) return aligned;
  } finally {
    cropper.close();
  }
  throw new TrainingError(
    'data-empty',
    'No face was found in these images. If they are faces that were cut out already, measure them without looking for faces.',
  );
}

/** Whether most of the first images are no squares: faces that were cut out are. */
export async function lookLikePhotos(samples: readonly EvaluationSample[]): Promise<boolean> {
  let [oblong, read] = [0, 0];
  for (const sample of samples.slice(0, LOOKED_AT)) {
    const header = readImageHeader(await sample.bytes());
    if (header === null) continue;
    read += 1;
    if (header.width !== header.height) oblong += 1;
  }
  return oblong * 2 > read;
}
