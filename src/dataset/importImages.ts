/** Taking labelled images into a data set: decode, find and align the face, refuse duplicates, and list every image that was not taken. */
import { sha256 } from '../base/sha256.js';
import type { PixelImage } from '../faces/image.js';
import type { Dataset } from './dataset.js';
import { imageHash } from './imageHash.js';
import type { LabelledFile, Layout } from './layout.js';
import { CAMERA } from './sample.js';
import { type EncodeImage, imageSeer, type ImportTools, type SeeImage, type SeenImage } from './seeImage.js';
import type { Take } from './takes.js';

export type * from './seeImage.js';

export type ProblemKind = 'no-label' | 'unreadable' | 'no-face' | 'several-faces' | 'duplicate' | 'missing';

/** An image that was not taken (or, with `several-faces`, of which only the largest face was). */
export interface ImportProblem {
  readonly path: string;
  readonly kind: ProblemKind;
  readonly detail: string;
}

export interface ImportProgress {
  readonly done: number;
  readonly total: number;
  readonly added: number;
}

export interface ImportReport {
  readonly added: number;
  readonly problems: readonly ImportProblem[];
  /** True when it was stopped before the end. */
  readonly aborted: boolean;
}

export interface ImportOptions {
  readonly tools: ImportTools;
  /** What `tools` would do, done elsewhere: by threads, for example. */
  readonly see?: SeeImage;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
}

/** So many images beyond the one that is being taken are looked at already: enough for threads and for a browser's own codecs to be busy. */
const AHEAD = 7;

/**
 * Imports the images of a layout; what was added before an abort stays. One undo takes the whole import back. Images of an export are taken
 * as they are: their faces were cut out when they first came in.
 * Throws a RuntimeError `storage-full` or `storage-refused` when images cannot be stored.
 */
export async function importImages(dataset: Dataset, layout: Layout, options: ImportOptions): Promise<ImportReport> {
  const { onProgress, signal } = options;
  const { classes, images } = layout;
  const see =
    classes === undefined ? (options.see ?? imageSeer(options.tools)) : imageSeer({ ...options.tools, cropFace: null });
  const problems: ImportProblem[] = layout.missing.map((path) => ({
    path,
    kind: 'missing',
    detail: 'the list names it, and it is not there',
  }));
  dataset.mark();
  let added = 0;
  let done = 0;
  try {
    if (classes !== undefined) await dataset.includeClasses(classes);
    for await (const { image, seen } of seenAhead(images, see)) {
      if (signal?.aborted === true) break;
      const problem = await takeImage(dataset, image, seen);
      if (problem !== null) problems.push(problem);
      if (problem === null || problem.kind === 'several-faces') added += 1;
      done += 1;
      onProgress?.({ done, total: images.length, added });
    }
    await dataset.flush();
  } catch (error) {
    dataset.discardPending();
    throw error;
  }
  return { added, problems, aborted: done < images.length };
}

interface SeenFile {
  readonly image: LabelledFile;
  /** Null where it has no label and is not looked at. */
  readonly seen: SeenImage | null;
}

/** The images in their order, some of the next being looked at meanwhile. */
async function* seenAhead(images: readonly LabelledFile[], see: SeeImage): AsyncGenerator<SeenFile> {
  const begin = async (image: LabelledFile): Promise<SeenFile> => ({
    image,
    seen: image.label === null ? null : await see(await image.file.bytes()),
  });
  const begun: Promise<SeenFile>[] = [];
  for (const [index, image] of images.entries()) {
    const next = begin(image);
    // Its turn to be awaited comes later, or never where the import ends before.
    next.catch(() => undefined);
    begun.push(next);
    if (index >= AHEAD) yield begun.shift()!;
  }
  yield* begun;
}

async function takeImage(dataset: Dataset, image: LabelledFile, seen: SeenImage | null): Promise<ImportProblem | null> {
  const { path } = image.file;
  const problem = (kind: ProblemKind, detail: string): ImportProblem => ({ path, kind, detail });
  const { label, votes, split, group } = image;
  if (label === null || seen === null) return problem('no-label', image.reason ?? 'it has no label');
  if (seen === 'unreadable') return problem('unreadable', 'it is no image that can be decoded');
  if (seen === 'no-face') return problem('no-face', 'no face was found in it');
  const { faces, ...entry } = seen;
  const twin = dataset.duplicateOf(entry.digest, entry.hash);
  if (twin !== null) return problem('duplicate', `it shows the same picture as ${twin}`);
  const sample = { label, split, group, source: path };
  await dataset.add(votes === undefined ? sample : { ...sample, votes }, entry);
  return faces > 1 ? problem('several-faces', `of its ${faces} faces the largest was taken`) : null;
}

/** One aligned crop of a take. Returns the sample's id, or null when a near-identical picture is there already. One undo takes a whole take back. */
export async function addCapture(
  dataset: Dataset,
  pixels: PixelImage,
  label: string,
  { group, split }: Take,
  encode: EncodeImage,
): Promise<string | null> {
  const { bytes, type } = await encode(pixels);
  const digest = await sha256(bytes);
  const hash = imageHash(pixels);
  if (dataset.duplicateOf(digest, hash) !== null) return null;
  const { width, height } = pixels;
  dataset.mark(group);
  return dataset.add({ label, split, group, source: CAMERA }, { bytes, type, width, height, digest, hash });
}
