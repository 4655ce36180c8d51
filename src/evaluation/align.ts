/** Photos on their way into an evaluation: the face of each is found and cut out, as on the way into a data set. */
import type { CropFace, ImportTools } from '../dataset/importImages.js';
import type { EvaluationSample } from './samples.js';

export interface AlignedSamples {
  /** With their faces as images. A file that is no image stays as it is: the evaluation names it. */
  readonly samples: readonly EvaluationSample[];
  /** Names of the photos without a face, which are not among the samples. */
  readonly withoutFace: readonly string[];
  /** Names of the photos with several, of which the largest was taken. */
  readonly withSeveral: readonly string[];
}

/**
 * @param onProgress called with the images looked at so far and their number
 * @throws what the detector throws
 */
export async function alignSamples(
  samples: readonly EvaluationSample[],
  { decode, encode, cropFace }: Pick<ImportTools, 'decode' | 'encode'> & { readonly cropFace: CropFace },
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<AlignedSamples> {
  const aligned: EvaluationSample[] = [];
  const withoutFace: string[] = [];
  const withSeveral: string[] = [];
  for (const [index, sample] of samples.entries()) {
    const image = await decode(await sample.bytes()).catch(() => null);
    const face = image === null ? null : await cropFace(image);
    if (image === null) aligned.push(sample);
    else if (face === null) withoutFace.push(sample.name);
    else {
      const { bytes } = await encode(face.pixels);
      aligned.push({ ...sample, bytes: () => Promise.resolve(bytes) });
      if (face.faces > 1) withSeveral.push(sample.name);
    }
    onProgress(index + 1, samples.length);
  }
  return { samples: aligned, withoutFace, withSeveral };
}
