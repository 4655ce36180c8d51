/** Taking labelled images into a data set: decode, find and align the face, refuse duplicates, and list every image that was not taken. */
import { RuntimeError } from '../errors.js';
import { sha256 } from '../base/sha256.js';
import type { PixelImage } from '../faces/image.js';
import type { Dataset, NewImage } from './dataset.js';
import { imageHash } from './imageHash.js';
import type { LabelledFile, Layout } from './layout.js';
import { CAMERA } from './sample.js';
import type { Take } from './takes.js';
import { imageType } from '../base/imageType.js';

/** Decodes an encoded image to pixels; rejects for bytes that are no image. */
export type DecodeImage = (bytes: Uint8Array<ArrayBuffer>) => Promise<PixelImage>;

/** A face cut out of a picture, upright and at the place that networks expect. */
export interface FaceCrop {
  readonly pixels: PixelImage;
  /** How many faces the picture shows; the largest is the one cut out. */
  readonly faces: number;
}

/** Finds the largest face and aligns it; null where there is none. */
export type CropFace = (image: PixelImage) => Promise<FaceCrop | null>;

/** Encodes pixels without loss. */
export type EncodeImage = (image: PixelImage) => Promise<{ bytes: Uint8Array<ArrayBuffer>; type: string }>;

export interface ImportTools {
  readonly decode: DecodeImage;
  readonly encode: EncodeImage;
  /** Null takes images whole, as data sets of crops want it. */
  readonly cropFace: CropFace | null;
}

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
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Imports the images of a layout; what was added before an abort stays. One undo takes the whole import back. Images of an export are taken
 * as they are: their faces were cut out when they first came in.
 * Throws a RuntimeError `storage-full` or `storage-refused` when images cannot be stored.
 */
export async function importImages(dataset: Dataset, layout: Layout, options: ImportOptions): Promise<ImportReport> {
  const { onProgress, signal } = options;
  const { classes, images } = layout;
  const tools = classes === undefined ? options.tools : { ...options.tools, cropFace: null };
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
    for (const image of images) {
      if (signal?.aborted === true) break;
      const problem = await takeImage(dataset, image, tools);
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

async function takeImage(dataset: Dataset, image: LabelledFile, tools: ImportTools): Promise<ImportProblem | null> {
  const { path } = image.file;
  const problem = (kind: ProblemKind, detail: string): ImportProblem => ({ path, kind, detail });
  if (image.label === null) return problem('no-label', image.reason ?? 'it has no label');
  const bytes = await image.file.bytes();
  const type = imageType(bytes);
  const pixels = type === null ? null : await tools.decode(bytes).catch(refusal);
  if (type === null || pixels === null) return problem('unreadable', 'it is no image that can be decoded');
  const digest = await sha256(bytes);
  const crop = tools.cropFace === null ? null : await tools.cropFace(pixels);
  if (tools.cropFace !== null && crop === null) return problem('no-face', 'no face was found in it');
  const stored = crop?.pixels ?? pixels;
  const hash = imageHash(stored);
  const twin = dataset.duplicateOf(digest, hash);
  if (twin !== null) return problem('duplicate', `it shows the same picture as ${twin}`);
  const encoded = crop === null ? { bytes, type } : await tools.encode(crop.pixels);
  const entry: NewImage = { ...encoded, width: stored.width, height: stored.height, digest, hash };
  const { label, votes, split, group } = image;
  const sample = { label, split, group, source: path };
  await dataset.add(votes === undefined ? sample : { ...sample, votes }, entry);
  return (crop?.faces ?? 1) > 1 ? problem('several-faces', `of its ${crop?.faces} faces the largest was taken`) : null;
}

/** An image that does not decode has no pixels; a browser that cannot decode is an error. */
function refusal(error: unknown): null {
  if (error instanceof RuntimeError) throw error;
  return null;
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
