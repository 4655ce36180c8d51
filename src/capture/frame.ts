/** One frame out of anything that shows a picture, as a bitmap that a worker can take over. */
import { CaptureError } from '../errors.js';
import { decodeImage } from './decodeImage.js';

export type FrameInput =
  HTMLVideoElement | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas | ImageBitmap | ImageData | Blob;

export interface CapturedFrame {
  /** The caller's to close or hand over. May be a reduced copy of the source. */
  readonly bitmap: ImageBitmap;
  /** Size of the source in pixels, turned upright where it says so (EXIF). */
  readonly width: number;
  readonly height: number;
}

/** Video frames are reduced to this many pixels on the longer side: faces that the detector sees there have detail to spare. */
export const LONGEST_VIDEO_SIDE = 1280;
/** Larger pictures than this are reduced: browsers refuse canvases and textures much beyond it, pixels. */
const MOST_PIXELS = 40_000_000;

/**
 * @throws CaptureError `not-an-image` for a file that is none, `source-unsupported` for a source with nothing to see, `source-unreachable`
 * for one that may not be read
 */
export async function captureFrame(source: FrameInput): Promise<CapturedFrame> {
  if (source instanceof Blob) return captureFile(source);
  if (isVideo(source)) return captureVideo(source);
  if (isImage(source)) await settleImage(source);
  const { width, height } = isImage(source) ? naturalSize(source) : source;
  if (width === 0 || height === 0) throw nothingToSee();
  return { bitmap: await bitmapOf(source, reduced(width, height, withinMemory(width, height))), width, height };
}

export function isVideo(source: FrameInput): source is HTMLVideoElement {
  return typeof HTMLVideoElement !== 'undefined' && source instanceof HTMLVideoElement;
}

function isImage(source: FrameInput): source is HTMLImageElement {
  return typeof HTMLImageElement !== 'undefined' && source instanceof HTMLImageElement;
}

async function captureVideo(video: HTMLVideoElement): Promise<CapturedFrame> {
  const { videoWidth: width, videoHeight: height } = video;
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || width === 0) {
    throw new CaptureError('source-unsupported', 'The video shows no picture yet. Wait until it plays.');
  }
  const scale = Math.min(1, LONGEST_VIDEO_SIDE / Math.max(width, height));
  return { bitmap: await bitmapOf(video, reduced(width, height, scale)), width, height };
}

async function settleImage(image: HTMLImageElement): Promise<void> {
  try {
    await image.decode();
  } catch (cause) {
    throw new CaptureError('not-an-image', 'The image element shows no picture. Check its address and format.', {
      cause,
    });
  }
}

async function captureFile(file: Blob): Promise<CapturedFrame> {
  const bitmap = await decodeImage(file);
  const { width, height } = bitmap;
  const scale = withinMemory(width, height);
  if (scale === 1) return { bitmap, width, height };
  const smaller = await bitmapOf(bitmap, reduced(width, height, scale));
  bitmap.close();
  return { bitmap: smaller, width, height };
}

/** The factor to {@link MOST_PIXELS}; 1 for smaller pictures. */
function withinMemory(width: number, height: number): number {
  return Math.min(1, Math.sqrt(MOST_PIXELS / (width * height)));
}

/** An image element's `width` is that of its box on the page. */
function naturalSize({ naturalWidth, naturalHeight }: HTMLImageElement): { width: number; height: number } {
  return { width: naturalWidth, height: naturalHeight };
}

function reduced(width: number, height: number, scale: number): ImageBitmapOptions {
  if (scale === 1) return {};
  return {
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: 'medium',
  };
}

async function bitmapOf(source: Exclude<FrameInput, Blob>, options: ImageBitmapOptions = {}): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(source, options);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'SecurityError') throw notReadable(cause);
    throw new CaptureError('source-unsupported', 'This source shows no picture that can be read. Choose another one.', {
      cause,
    });
  }
}

function nothingToSee(): CaptureError {
  return new CaptureError(
    'source-unsupported',
    'The picture has no size: there is nothing to see. Choose another one.',
  );
}

/** For a picture of another site that gave no permission to read it. */
export function notReadable(cause: unknown): CaptureError {
  return new CaptureError(
    'source-unreachable',
    'The picture comes from another site that does not let pages read it. Serve it from this site, or with CORS headers.',
    { cause },
  );
}
