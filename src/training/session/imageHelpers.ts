/**
 * Images of a large import, looked at by further workers beside the trainer's own. They run its script, have nothing to do with its data set, and end with the
 * import. Where the browser lets none start, or one ends, the trainer's own worker looks at all.
 */
import { decodeInBrowser, encodePng } from '../../dataset/browserImages.js';
import type { CropShape } from '../../dataset/faceCropper.js';
import { leastBusy } from '../../dataset/leastBusy.js';
import { imageSeer, type CropFace, type SeeImage, type SeenImage } from '../../dataset/seeImage.js';
import { RuntimeError } from '../../errors.js';
import { connect } from '../../worker/connect.js';
import type { WorkerEndpoint } from '../../worker/workerLink.js';
import { type FaceFinderUrls, openPageFaceCropper } from '../../detection/pageFaceCropper.js';

/** What a helper has to know to look at images as the others do. */
export interface ImageTask {
  readonly assets: FaceFinderUrls;
  /** How faces are cut out; null takes images whole. */
  readonly shape: CropShape | null;
}

export interface ImageHelper {
  readonly see: (bytes: Uint8Array<ArrayBuffer>, task: ImageTask) => Promise<SeenImage>;
}

/** Fewer images are done before a helper has started. */
const WORTH_HELP = 64;
/** In all; with more the one worker that stores is what the others wait for. */
const MOST_WORKERS = 4;

/** @param cores of the device */
export function helpersFor(images: number, cores: number): number {
  return images < WORTH_HELP ? 0 : Math.min(MOST_WORKERS, cores) - 1;
}

/** @param start starts a worker that serves an {@link ImageHelper} */
export function withHelpers(
  own: SeeImage,
  task: ImageTask,
  { count, start }: { readonly count: number; readonly start: () => WorkerEndpoint },
): { readonly see: SeeImage; readonly dispose: () => void } {
  const helpers = Array.from({ length: count }, () =>
    connect<ImageHelper>({
      start,
      stopped: (reason) => `A worker that looked at images has ended (${reason}).`,
      disposed: 'The import has ended.',
      mostRestarts: 0,
    }),
  );
  const helped = helpers.map(
    ({ api }): SeeImage =>
      async (bytes) =>
        api.see(bytes, task).catch(async (error: unknown) => {
          if (error instanceof RuntimeError && error.code !== 'disposed') return own(bytes);
          throw error;
        }),
  );
  return {
    see: leastBusy([own, ...helped]),
    dispose: () => {
      for (const helper of helpers) helper.dispose();
    },
  };
}

/** A helper's side: the detector is opened with the first image. */
export function imageHelper(): ImageHelper {
  let opened: Promise<SeeImage> | null = null;
  return { see: async (bytes, task) => (await (opened ??= openSeer(task)))(bytes) };
}

async function openSeer({ assets, shape }: ImageTask): Promise<SeeImage> {
  const cropper = shape === null ? null : await openPageFaceCropper(assets, shape);
  const cropFace: CropFace | null = cropper === null ? null : async (image) => cropper.crop(image, true);
  return imageSeer({ decode: decodeInBrowser, encode: encodePng, cropFace });
}
