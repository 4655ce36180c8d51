/** Calls back for the new frames of a playing video, as many at a time as are wanted, and rests while the page is hidden. */
import { Pace } from '../base/pace.js';

export interface FramePump {
  /** No further frames until `resume`. */
  pause(): void;
  resume(): void;
  /** For good. */
  stop(): void;
}

/** Asked anew for each frame. */
export interface PumpOptions {
  /** How many frames a second are wanted at most; all when left out. */
  readonly rate?: () => number;
  /** How many calls may be under way at once; one when left out. */
  readonly atOnce?: () => number;
}

/**
 * @param consume called with the frame's media time in seconds; the next frame waits while no more calls may be under way
 */
export function pumpFrames(
  video: HTMLVideoElement,
  consume: (mediaTime: number) => Promise<void>,
  { rate = () => Number.POSITIVE_INFINITY, atOnce = () => 1 }: PumpOptions = {},
): FramePump {
  const pace = new Pace();
  let paused = false;
  let stopped = false;
  let underWay = 0;
  let handle: number | undefined;
  let lastTime = Number.NaN;

  const usesCallback = typeof video.requestVideoFrameCallback === 'function';
  const isResting = () => paused || stopped || document.hidden;

  const schedule = () => {
    if (isResting() || underWay >= atOnce() || handle !== undefined) return;
    handle = usesCallback
      ? video.requestVideoFrameCallback((_, { mediaTime }) => void frame(mediaTime))
      : requestAnimationFrame(() => void frame(video.currentTime));
  };
  const cancel = () => {
    if (handle === undefined) return;
    if (usesCallback) video.cancelVideoFrameCallback(handle);
    else cancelAnimationFrame(handle);
    handle = undefined;
  };
  const frame = async (mediaTime: number) => {
    handle = undefined;
    const isNew = usesCallback || mediaTime !== lastTime;
    const now = performance.now();
    if (isNew && pace.wait(now) === 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      pace.take(now, rate());
      lastTime = mediaTime;
      underWay++;
      schedule();
      try {
        await consume(mediaTime);
      } finally {
        underWay--;
        schedule();
      }
      return;
    }
    schedule();
  };
  const onVisibility = () => {
    if (document.hidden) cancel();
    else schedule();
  };

  document.addEventListener('visibilitychange', onVisibility);
  schedule();
  return {
    pause: () => {
      paused = true;
      cancel();
    },
    resume: () => {
      paused = false;
      schedule();
    },
    stop: () => {
      stopped = true;
      cancel();
      document.removeEventListener('visibilitychange', onVisibility);
    },
  };
}
