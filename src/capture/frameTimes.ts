/** Which moments of a video are looked at. */
import { LONGEST_VIDEO_SIDE } from './frame.js';

/** Between two frames whatever rounding a file's times have gone through, seconds. */
export const ROUNDING = 0.0005;

/** 0, 1 / rate, 2 / rate, ... in seconds: as many as fit the duration best, at least one. */
export function* sampleTimes(duration: number, rate: number): Generator<number, void, undefined> {
  const count = Math.max(1, Math.round(duration * rate));
  for (let index = 0; index < count; index++) yield index / rate;
}

/** The size in pixels in which frames of a video are looked at. */
export function reducedSize(width: number, height: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, LONGEST_VIDEO_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
