/** Everything that importing wants to know of one image, apart from the others: what threads can do side by side. */
import { imageType } from '../base/imageType.js';
import { sha256 } from '../base/sha256.js';
import { RuntimeError } from '../errors.js';
import type { PixelImage } from '../faces/image.js';
import type { NewImage } from './dataset.js';
import { imageHash } from './imageHash.js';

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

/** An image as the data set would keep it, or why it cannot. */
export type SeenImage = 'unreadable' | 'no-face' | (NewImage & { readonly faces: number });

export type SeeImage = (bytes: Uint8Array<ArrayBuffer>) => Promise<SeenImage>;

/** Decodes, finds the face, cuts it out, and makes what recognises the image again. */
export function imageSeer({ decode, encode, cropFace }: ImportTools): SeeImage {
  return async (bytes) => {
    const type = imageType(bytes);
    const pixels = type === null ? null : await decode(bytes).catch(refusal);
    if (type === null || pixels === null) return 'unreadable';
    const digest = await sha256(bytes);
    const crop = cropFace === null ? null : await cropFace(pixels);
    if (cropFace !== null && crop === null) return 'no-face';
    const { width, height } = crop?.pixels ?? pixels;
    const encoded = crop === null ? { bytes, type } : await encode(crop.pixels);
    return { ...encoded, width, height, digest, hash: imageHash(crop?.pixels ?? pixels), faces: crop?.faces ?? 1 };
  };
}

/** An image that does not decode has no pixels; a browser that cannot decode is an error. */
function refusal(error: unknown): null {
  if (error instanceof RuntimeError) throw error;
  return null;
}
