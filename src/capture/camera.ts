/** Cameras: which there are, opening one, and a name for everything that goes wrong. */
import { CaptureError, helpOf } from '../errors.js';

export interface CameraDevice {
  /** Empty until the visitor has allowed a camera once. */
  readonly deviceId: string;
  /** As the system names it; empty until the visitor has allowed a camera once. */
  readonly label: string;
}

/** Which camera: one by its id, or one by the side it looks to. The browser chooses when both are left out. */
export interface CameraOptions {
  readonly deviceId?: string | undefined;
  readonly facingMode?: 'user' | 'environment' | undefined;
  /** Wanted size in pixels; the browser takes the nearest it has. Default 640 x 480: faces fill enough of it, and frames stay cheap. */
  readonly width?: number;
  readonly height?: number;
  /** Gives the camera back when it is aborted, also while the visitor is still being asked. */
  readonly signal?: AbortSignal;
}

export interface Camera {
  readonly stream: MediaStream;
  readonly deviceId: string;
  readonly label: string;
  /** Which way it looks, where the device knows. */
  readonly facingMode: string | undefined;
  /** Calls back once when the camera ends by itself: unplugged, or its permission withdrawn. Returns a function that stops listening. */
  readonly onFault: (listener: (error: CaptureError) => void) => () => void;
  /** As {@link watchMute}. */
  readonly onMute: (listener: (isMuted: boolean) => void) => () => void;
  readonly stop: () => void;
}

const DEFAULT_WIDTH = 640;
const DEFAULT_HEIGHT = 480;

/**
 * Opens a camera.
 * @throws CaptureError `insecure-page`, `camera-none`, `camera-refused`, `camera-policy`, `camera-in-use`, `camera-failed`; an aborted signal rejects with
 * its reason
 */
export async function openCamera(options: CameraOptions = {}): Promise<Camera> {
  const devices = mediaDevices();
  options.signal?.throwIfAborted();
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia({ audio: false, video: constraintsOf(options) });
  } catch (cause) {
    throw nameFault(cause, options.deviceId !== undefined);
  }
  const { signal } = options;
  if (signal?.aborted === true) {
    stopTracks(stream);
    signal.throwIfAborted();
  }
  const camera = describe(stream);
  signal?.addEventListener('abort', camera.stop, { once: true });
  return camera;
}

/** All cameras. Labels and ids are empty until the visitor has allowed one. Throws CaptureError `insecure-page`. */
export async function listCameras(): Promise<readonly CameraDevice[]> {
  const devices = await mediaDevices().enumerateDevices();
  return devices.filter(({ kind }) => kind === 'videoinput').map(({ deviceId, label }) => ({ deviceId, label }));
}

/** Calls back when a camera was plugged in or out. Returns a function that stops listening. */
export function watchCameras(listener: () => void): () => void {
  const devices = (navigator as Partial<Navigator>).mediaDevices;
  devices?.addEventListener('devicechange', listener);
  return () => {
    devices?.removeEventListener('devicechange', listener);
  };
}

function mediaDevices(): MediaDevices {
  const devices = (navigator as Partial<Navigator>).mediaDevices;
  if (devices !== undefined) return devices;
  if (!globalThis.isSecureContext) {
    throw new CaptureError(
      'insecure-page',
      'Browsers give cameras only to secure pages. Open this page over https, or on localhost.',
    );
  }
  throw new CaptureError('camera-failed', 'This browser offers pages no camera. Use a current browser.');
}

function constraintsOf({ deviceId, facingMode, width, height }: CameraOptions): MediaTrackConstraints {
  return {
    width: { ideal: width ?? DEFAULT_WIDTH },
    height: { ideal: height ?? DEFAULT_HEIGHT },
    ...(deviceId === undefined || deviceId === '' ? {} : { deviceId: { exact: deviceId } }),
    ...(facingMode === undefined ? {} : { facingMode: { ideal: facingMode } }),
  };
}

function describe(stream: MediaStream): Camera {
  const track = stream.getVideoTracks().at(0);
  const settings = track?.getSettings() ?? {};
  return {
    stream,
    deviceId: settings.deviceId ?? '',
    label: track?.label ?? '',
    facingMode: settings.facingMode,
    onFault: (listener) => watchEnd(track, listener),
    onMute: (listener) => watchMute(track, listener),
    stop: () => {
      stopTracks(stream);
    },
  };
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** A track ends by itself only; `stop()` fires no event. */
export function watchEnd(track: MediaStreamTrack | undefined, listener: (error: CaptureError) => void): () => void {
  if (track === undefined) return () => undefined;
  const listening = new AbortController();
  const ended = async () => {
    const withdrawn = (await permission()) === 'denied';
    if (!listening.signal.aborted) listener(withdrawn ? refused(undefined) : unplugged());
  };
  if (track.readyState === 'ended') void ended();
  else track.addEventListener('ended', () => void ended(), { once: true, signal: listening.signal });
  return () => {
    listening.abort();
  };
}

/**
 * A track is muted while its source gives no pictures: the camera is covered or switched off by a key, or another program has it for now. Calls
 * back with true when that begins, at once where it has begun, and with false when it ends. Returns a function that stops listening.
 */
export function watchMute(track: MediaStreamTrack | undefined, listener: (isMuted: boolean) => void): () => void {
  if (track === undefined) return () => undefined;
  const listening = new AbortController();
  const { signal } = listening;
  track.addEventListener('mute', () => listener(true), { signal });
  track.addEventListener('unmute', () => listener(false), { signal });
  if (track.muted) listener(true);
  return () => {
    listening.abort();
  };
}

async function permission(): Promise<PermissionState | undefined> {
  try {
    return (await navigator.permissions.query({ name: 'camera' })).state;
  } catch {
    // Not every browser tells about cameras.
    return undefined;
  }
}

function nameFault(cause: unknown, chosen: boolean): CaptureError {
  const name = cause instanceof DOMException || cause instanceof Error ? cause.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
    case 'SecurityError':
      return framedOut() ? forbidden(cause) : refused(cause);
    case 'NotFoundError':
    case 'DevicesNotFoundError':
      return new CaptureError('camera-none', 'No camera was found. Plug one in, or choose a photo or video.', {
        cause,
      });
    case 'OverconstrainedError':
      return chosen
        ? new CaptureError('camera-none', 'The chosen camera is not there any more. Choose another one.', { cause })
        : new CaptureError('camera-failed', 'No camera can do what was asked. Choose another one.', { cause });
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return new CaptureError(
        'camera-in-use',
        'The camera could not be started; another program may be using it. Close that program and try again.',
        { cause },
      );
    default:
      return new CaptureError('camera-failed', 'The camera could not be started. Try again, or choose another one.', {
        cause,
      });
  }
}

/** Chromium's name for what the permissions policy of the page, or of the frame that it is in, allows. */
interface PolicyOfPage {
  allowsFeature(feature: string): boolean;
}

/** True where no visitor could allow a camera: the page, or the frame around it, gives none. Known in Chromium only. */
function framedOut(): boolean {
  const { featurePolicy } = document as Document & { readonly featurePolicy?: PolicyOfPage };
  return featurePolicy?.allowsFeature('camera') === false;
}

function forbidden(cause: unknown): CaptureError {
  return new CaptureError(
    'camera-policy',
    `This page may not ask for a camera. Put allow="camera" on its <iframe>, and check its Permissions-Policy (${helpOf('camera-policy')}).`,
    { cause },
  );
}

function refused(cause: unknown): CaptureError {
  return new CaptureError(
    'camera-refused',
    'The camera is not allowed for this page. Allow it in the browser’s site settings and try again.',
    { cause },
  );
}

function unplugged(): CaptureError {
  return new CaptureError('camera-unplugged', 'The camera was disconnected. Plug it in again, or choose another one.');
}
