/** Whole photos on their way into an evaluation in the page: their faces are found once for all models that want the same crops. */
import { decodeInBrowser, encodePng } from '../dataset/browserImages.js';
import { imageSeer } from '../dataset/seeImage.js';
import { type FaceFinderUrls, openPageFaceCropper } from '../detection/pageFaceCropper.js';
import { readImageHeader } from '../base/imageHeader.js';
import { TrainingError } from '../errors.js';
import type { InputSpec } from '../weights/manifest.js';
import { alignSamples, type AlignedSamples } from './align.js';
import type { EvaluationSample } from './samples.js';

/** Images that are looked at to tell photos from faces that were cut out. */
const LOOKED_AT = 12;

/** The browser decodes one photo while the face of another is looked for. */
const AT_ONCE = 2;

export class AlignedPhotos {
  private readonly known = new Map<string, AlignedSamples>();

  /**
   * @param split of the samples
   * @param onProgress called with the photos looked at so far and their number; what it throws ends it
   * @throws TrainingError `data-empty` where no photo shows a face; RuntimeError `assets-missing`, `no-backend`, `detector-failed`
   */
  async align(
    samples: readonly EvaluationSample[],
    split: string,
    { template, resizeTo }: Pick<InputSpec, 'template' | 'resizeTo'>,
    urls: FaceFinderUrls,
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
  urls: FaceFinderUrls,
  onProgress: (done: number, total: number) => void,
): Promise<AlignedSamples> {
  const cropper = await openPageFaceCropper(urls, shape);
  const see = imageSeer({
    decode: decodeInBrowser,
    encode: encodePng,
    cropFace: async (image) => cropper.crop(image, true),
  });
  try {
    const aligned = await alignSamples(samples, see, AT_ONCE, onProgress);
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
