/** Opens whatever `<qcs-fer>` is given and puts it into one shape. */
import { captureFrame, loadVideo, openCamera, openMedia, watchEnd, watchMute } from '../../../capture/index.js';
import { CaptureError } from '../../../errors.js';
import type { FerSource, Picture, PictureRequest } from './picture.js';

/** ms in which a camera that was granted shows its first picture; the slowest ones take a few seconds. */
const FIRST_PICTURE = 15_000;

/**
 * @param signal aborted when the picture is no longer wanted
 * @throws CaptureError for everything that can be wrong with a camera, photo or video
 */
export async function openPicture(request: PictureRequest, signal: AbortSignal): Promise<Picture> {
  if (request.from === 'camera') return openCameraPicture(request, signal);
  if (request.from === 'url') return openFile(request.url);
  return openObject(request.object);
}

async function openCameraPicture(
  { wish }: Extract<PictureRequest, { from: 'camera' }>,
  signal: AbortSignal,
): Promise<Picture> {
  const camera = await openCamera({ ...wish, signal });
  try {
    const video = await Promise.race([loadVideo({ stream: camera.stream }), noPicture(signal)]);
    const { stop: close, deviceId, onFault, onMute } = camera;
    return moving('camera', video, { close, deviceId, onFault, onMute });
  } catch (error) {
    camera.stop();
    throw error;
  }
}

/** @throws CaptureError `camera-in-use` after {@link FIRST_PICTURE} */
function noPicture(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fault = new CaptureError(
      'camera-in-use',
      'The camera gives no picture. Look for a cover, a key that turns it off, or another program that uses it; then try again.',
    );
    const timer = setTimeout(() => reject(fault), FIRST_PICTURE);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

async function openFile(source: Blob | string): Promise<Picture> {
  const media = await openMedia(source);
  if (media.kind === 'image') return still(media.bitmap);
  media.video.loop = true;
  return moving('video', media.video, { close: () => media.close() });
}

async function openObject(object: FerSource): Promise<Picture> {
  if (object instanceof Blob) return openFile(object);
  if (object instanceof MediaStream) return openStream(object);
  if (object instanceof HTMLVideoElement) return openForeignVideo(object);
  return still((await captureFrame(object)).bitmap);
}

/** The page's own stream: it is shown, and left running when the element is done with it. */
async function openStream(stream: MediaStream): Promise<Picture> {
  const [track] = stream.getVideoTracks();
  if (track === undefined) {
    throw new CaptureError('source-unsupported', 'The stream carries no picture. Give it a video track.');
  }
  const video = await loadVideo({ stream });
  return moving('stream', video, {
    onFault: (listener) => watchEnd(track, listener),
    onMute: (listener) => watchMute(track, listener),
    close: () => {
      video.srcObject = null;
    },
  });
}

/** The page's own video element stays where it is; the stage shows a copy of its frames. */
async function openForeignVideo(video: HTMLVideoElement): Promise<Picture> {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
    await new Promise<void>((resolve, reject) => {
      video.addEventListener('loadeddata', () => resolve(), { once: true });
      video.addEventListener(
        'error',
        () => reject(new CaptureError('unsupported-video', 'The video element cannot play its file. Try another one.')),
        { once: true },
      );
    });
  }
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  return { ...moving('video', video, {}), element: canvas };
}

function still(bitmap: ImageBitmap): Picture {
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  canvas.role = 'img';
  return {
    kind: 'photo',
    element: canvas,
    frames: canvas,
    width: bitmap.width,
    height: bitmap.height,
    duration: undefined,
    deviceId: undefined,
    onFault: neverCalls,
    onMute: neverCalls,
    close: () => bitmap.close(),
  };
}

interface MovingParts {
  readonly close?: () => void;
  readonly deviceId?: string;
  readonly onFault?: Picture['onFault'];
  readonly onMute?: Picture['onMute'];
}

const neverCalls = () => (): void => undefined;

function moving(kind: 'camera' | 'stream' | 'video', video: HTMLVideoElement, parts: MovingParts): Picture {
  return {
    kind,
    element: video,
    frames: video,
    width: video.videoWidth,
    height: video.videoHeight,
    duration: Number.isFinite(video.duration) ? video.duration : undefined,
    deviceId: parts.deviceId,
    onFault: parts.onFault ?? neverCalls,
    onMute: parts.onMute ?? neverCalls,
    close: () => parts.close?.(),
  };
}
