/** Opens whatever `<qcs-fer>` is given and puts it into one shape. */
import { CaptureError, type QcsError } from '../errors.js';
import type { FerSource, Picture, PictureRequest } from './picture.js';
import type { CameraChoice } from './media-controls.js';

export async function listCameras(): Promise<readonly CameraChoice[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === 'videoinput').map(({ deviceId, label }) => ({ deviceId, label }));
}

export async function openPicture(request: PictureRequest): Promise<Picture> {
  if (request.from === 'camera') {
    const { deviceId, facingMode } = request.wish;
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { ...(deviceId ? { deviceId: { exact: deviceId } } : {}), ...(facingMode ? { facingMode } : {}) },
    });
    return openStream(stream, 'camera', true);
  }
  if (request.from === 'url') {
    const response = await fetch(request.url);
    if (!response.ok) throw new CaptureError('source-unreachable', 'The file could not be loaded.');
    return openBlob(await response.blob());
  }
  return openObject(request.object);
}

async function openObject(object: FerSource): Promise<Picture> {
  if (object instanceof MediaStream) return openStream(object, 'stream', false);
  if (object instanceof Blob) return openBlob(object);
  if (object instanceof HTMLVideoElement) return openForeignVideo(object);
  return openBitmap(await createImageBitmap(object));
}

async function openBlob(blob: Blob): Promise<Picture> {
  if (blob.type.startsWith('video/')) {
    const url = URL.createObjectURL(blob);
    const video = makeVideo();
    video.src = url;
    video.loop = true;
    await loaded(video);
    return moving('video', video, () => URL.revokeObjectURL(url));
  }
  try {
    return openBitmap(await createImageBitmap(blob));
  } catch (cause) {
    throw new CaptureError('not-an-image', 'The file is no picture that this browser can read.', { cause });
  }
}

function openBitmap(bitmap: ImageBitmap): Picture {
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  return {
    kind: 'photo',
    element: canvas,
    frames: bitmap,
    width: bitmap.width,
    height: bitmap.height,
    duration: undefined,
    deviceId: undefined,
    onFault: () => undefined,
    close: () => bitmap.close(),
  };
}

async function openStream(stream: MediaStream, kind: 'camera' | 'stream', own: boolean): Promise<Picture> {
  const video = makeVideo();
  video.srcObject = stream;
  await loaded(video);
  const [track] = stream.getVideoTracks();
  const listeners: ((error: QcsError) => void)[] = [];
  return {
    ...moving(kind, video, () => {
      if (own) for (const track of stream.getTracks()) track.stop();
      video.srcObject = null;
    }),
    deviceId: track?.getSettings().deviceId,
    onFault: (listener) => listeners.push(listener),
  };
}

function openForeignVideo(video: HTMLVideoElement): Picture {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  return { ...moving('video', video, () => undefined), element: canvas };
}

function moving(kind: 'camera' | 'stream' | 'video', video: HTMLVideoElement, close: () => void): Picture {
  return {
    kind,
    element: video,
    frames: video,
    width: video.videoWidth,
    height: video.videoHeight,
    duration: Number.isFinite(video.duration) ? video.duration : undefined,
    deviceId: undefined,
    onFault: () => undefined,
    close: () => {
      video.pause();
      close();
    },
  };
}

function makeVideo(): HTMLVideoElement {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  return video;
}

function loaded(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve, reject) => {
    video.addEventListener('loadeddata', () => resolve(), { once: true });
    video.addEventListener(
      'error',
      () => reject(new CaptureError('unsupported-video', 'This video cannot be played here.')),
      {
        once: true,
      },
    );
  });
}
