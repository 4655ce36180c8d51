/** Photos on their way into an evaluation: the face of each is found and cut out, as on the way into a data set. */
import { inOrder } from '../base/inOrder.js';
import type { SeeImage } from '../dataset/seeImage.js';
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
 * The same whatever `atOnce` is, for photos are told apart by their order.
 * @param see looks for the face, here or in threads
 * @param atOnce photos that are looked at side by side
 * @param onProgress called with the images looked at so far and their number; what it throws ends it
 * @throws what the detector throws
 */
export async function alignSamples(
  samples: readonly EvaluationSample[],
  see: SeeImage,
  atOnce: number,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<AlignedSamples> {
  const aligned: EvaluationSample[] = [];
  const withoutFace: string[] = [];
  const withSeveral: string[] = [];
  const look = async (sample: EvaluationSample) => ({ sample, seen: await see(await sample.bytes()) });
  let done = 0;
  for await (const { sample, seen } of inOrder(samples, atOnce, look)) {
    if (seen === 'unreadable') aligned.push(sample);
    else if (seen === 'no-face') withoutFace.push(sample.name);
    else {
      const { bytes } = seen;
      aligned.push({ ...sample, bytes: () => Promise.resolve(bytes) });
      if (seen.faces > 1) withSeveral.push(sample.name);
    }
    done += 1;
    onProgress(done, samples.length);
  }
  return { samples: aligned, withoutFace, withSeveral };
}
