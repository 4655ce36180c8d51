/** What stands in the stage of `<qcs-fer>`, whatever it came from. */
import type { ReactiveControllerHost } from 'lit';
import type { FrameObservation } from '../../../inference/observation.js';
import type { FrameSource } from '../../../inference/recognizer.js';
import type { QcsError } from '../../../errors.js';
import type { FerWords } from './announcer.js';
import type { PictureKind } from '../media-controls.js';

/** What the `source` property takes. A File or Blob may be a photo or a video. */
export type FerSource = FrameSource | MediaStream | File;

/** Which camera: one by its id, or one by the side it looks to. */
export interface CameraWish {
  readonly deviceId?: string;
  readonly facingMode?: 'user' | 'environment';
}

/** Something to open, kept so that a failed attempt can be repeated. */
export type PictureRequest =
  | { readonly from: 'camera'; readonly wish: CameraWish }
  | { readonly from: 'url'; readonly url: string }
  | { readonly from: 'object'; readonly object: FerSource };

export interface Picture {
  readonly kind: Exclude<PictureKind, 'none'>;
  /** Drawn in the stage. */
  readonly element: HTMLVideoElement | HTMLCanvasElement;
  /** Where frames are taken from; for a page's own video element not the same as `element`. */
  readonly frames: HTMLVideoElement | HTMLCanvasElement;
  /** Size in pixels of the source. */
  readonly width: number;
  readonly height: number;
  /** Seconds, where the picture has a length and can be sought in. */
  readonly duration: number | undefined;
  readonly deviceId: string | undefined;
  /** Calls back once when a live picture ends by itself, such as a camera that is unplugged. Returns a function that stops listening. */
  readonly onFault: (listener: (error: QcsError) => void) => () => void;
  /** Calls back when a live picture gives no frames any more, and when it gives them again. Returns a function that stops listening. */
  readonly onMute: (listener: (isMuted: boolean) => void) => () => void;
  close(): void;
}

export function isMoving(picture: Picture): picture is Picture & { readonly frames: HTMLVideoElement } {
  return picture.kind !== 'photo';
}

/** The picture is made by its source; this gives it its place in the stage. */
export function dressPicture(picture: Picture | undefined, mirrored: boolean, words: FerWords): void {
  if (picture === undefined) return;
  const { element, kind } = picture;
  element.part.add('video');
  element.classList.add('media');
  element.classList.toggle('mirrored', mirrored && isMoving(picture));
  element.ariaLabel = words.text(kind === 'stream' ? 'camera' : kind);
}

/** Goes to a moment of a video, in seconds. */
export function seekIn(picture: Picture | undefined, time: number, host: ReactiveControllerHost): void {
  if (picture === undefined || !isMoving(picture)) return;
  picture.frames.currentTime = time;
  host.requestUpdate();
}

/** Seconds: the position in a video, else the time of the newest result. */
export function positionIn(picture: Picture | undefined, newest: FrameObservation | undefined): number {
  if (picture?.duration !== undefined && isMoving(picture)) return picture.frames.currentTime;
  return (newest?.timestamp ?? 0) / 1000;
}
