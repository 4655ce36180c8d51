/** Photos and videos from files and addresses. Addresses are read by elements, so that a page's `connect-src` need not allow them. */
import { CaptureError } from '../errors.js';
import { decodeImage } from './decodeImage.js';
import { loadVideo } from './video.js';

export type Media =
  | { readonly kind: 'image'; readonly bitmap: ImageBitmap; close(): void }
  | { readonly kind: 'video'; readonly video: HTMLVideoElement; close(): void };

/** File names that mean a video, where no type says so. */
const VIDEO_NAME = /\.(mp4|m4v|mov|webm|ogv|mkv|avi)$/i;

/**
 * Opens a photo or video. A video is muted, shows its first frame and does not play yet.
 *
 * @param source a file, or an address relative to the page
 * @throws CaptureError `not-an-image`, `unsupported-video`, `source-unreachable`
 */
export async function openMedia(source: Blob | string | URL): Promise<Media> {
  return source instanceof Blob ? openFile(source) : openAddress(new URL(source, document.baseURI));
}

async function openFile(file: Blob): Promise<Media> {
  const name = file instanceof File ? file.name : '';
  if (file.type.startsWith('video/') || (!file.type.startsWith('image/') && VIDEO_NAME.test(name)))
    return openVideoFile(file);
  try {
    return image(await decodeImage(file));
  } catch (error) {
    if (file.type !== '') throw error;
    // A file without a type may be anything: let a video element try before giving up.
    return openVideoFile(file).catch(() => {
      throw error;
    });
  }
}

async function openVideoFile(file: Blob): Promise<Media> {
  const url = URL.createObjectURL(file);
  try {
    return video(await loadVideo({ src: url }), () => {
      URL.revokeObjectURL(url);
    });
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
  }
}

async function openAddress(url: URL): Promise<Media> {
  const attempts = [() => openImageAddress(url), async () => video(await loadVideo({ src: url.href }))];
  const looksLikeVideo = VIDEO_NAME.test(url.pathname);
  if (looksLikeVideo) attempts.reverse();
  const faults: unknown[] = [];
  for (const attempt of attempts) {
    try {
      return await attempt();
    } catch (fault) {
      faults.push(fault);
    }
  }
  throw await nameAddressFault(url, looksLikeVideo, faults[0]);
}

async function openImageAddress(url: URL): Promise<Media> {
  const element = new Image();
  element.crossOrigin = 'anonymous';
  element.src = url.href;
  await element.decode();
  return image(await createImageBitmap(element));
}

/** Elements say only that they failed: ask the server whether there is anything at all. */
async function nameAddressFault(url: URL, looksLikeVideo: boolean, cause: unknown): Promise<CaptureError> {
  const name = url.pathname.split('/').at(-1) ?? url.href;
  const type = await contentType(url);
  if (type === undefined) {
    return new CaptureError(
      'source-unreachable',
      `${name} could not be loaded. Check the address; another site must allow reading it by CORS headers.`,
      { cause },
    );
  }
  if (looksLikeVideo || type.startsWith('video/')) {
    return new CaptureError('unsupported-video', `This browser cannot play ${name}. Try an MP4 (H.264) or WebM file.`, {
      cause,
    });
  }
  return new CaptureError(
    'not-an-image',
    `${name} holds no picture that this browser can show. Try a JPEG or PNG file.`,
    {
      cause,
    },
  );
}

/** Undefined when nothing is there, or nothing may be read. */
async function contentType(url: URL): Promise<string | undefined> {
  if (url.protocol === 'data:') return '';
  const stop = new AbortController();
  try {
    const response = await fetch(url, { signal: stop.signal });
    return response.ok ? (response.headers.get('content-type') ?? '') : undefined;
  } catch {
    return undefined;
  } finally {
    stop.abort();
  }
}

function image(bitmap: ImageBitmap): Media {
  return {
    kind: 'image',
    bitmap,
    close: () => {
      bitmap.close();
    },
  };
}

function video(element: HTMLVideoElement, release: () => void = () => undefined): Media {
  return {
    kind: 'video',
    video: element,
    close: () => {
      element.pause();
      element.removeAttribute('src');
      element.load();
      release();
    },
  };
}
