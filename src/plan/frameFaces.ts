/** Faces of a frame on their way to a reader that cuts them out itself, and what comes back. Plain names, so that public types can lead here. */
import type { Frame } from '../faces/canvas.js';
import type { Keypoints } from '../faces/geometry.js';

/** What a browser can put into a texture. */
export type GpuFrame = Frame;

/** A face of a frame. */
export interface FramePlace {
  readonly keypoints: Keypoints;
  /** Whether its mirror image is read. */
  readonly mirrored: boolean;
}

/** Faces that were read straight from a frame. */
export interface FrameReadings {
  /** [faces, classes] */
  readonly logits: Float32Array;
  /** [faces, size, size, channels] in 0..1, as they were read: mirrored ones too. */
  readonly crops: Float32Array;
}
