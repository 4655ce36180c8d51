/** What searching a picture for faces asks of a detector, whatever runs it and whatever it takes its pictures from. */
import type { Box, DetectedFace } from './geometry.js';

export interface Sized {
  readonly width: number;
  readonly height: number;
}

/** Candidates below this score are left out where nobody asks for them. */
export const USUAL_LOWEST = 0.3;

export interface FrameDetector<Frame extends Sized> {
  /**
   * Faces in the square part of `frame` that `region` names (by default all of it), in pixels of the frame, best first. The square may
   * reach beyond the frame: what lies there is black.
   * @param lowest score of what is reported, {@link USUAL_LOWEST} by default; a detector may know none that is lower
   * @throws RuntimeError `detector-failed`
   */
  detect(frame: Frame, region?: Box, lowest?: number): DetectedFace[];
  /** Compiles and allocates what the first real frame would otherwise wait for. */
  warmUp(): void;
  /** True when what it runs on was taken away: create another detector. */
  readonly isLost: boolean;
  close(): void;
}

/** The smallest centred square around the whole frame. */
export function wholeFrame(frame: Sized): Box {
  const side = Math.max(frame.width, frame.height);
  return { x: (frame.width - side) / 2, y: (frame.height - side) / 2, width: side, height: side };
}
