/** Calls back for every new frame of a playing video, one call at a time, and rests while the page is hidden. */

export interface FramePump {
  /** No further frames until `resume`. */
  pause(): void;
  resume(): void;
  /** For good. */
  stop(): void;
}

/**
 * @param consume called with the frame's media time in seconds; the next frame waits until its promise has settled
 */
export function pumpFrames(video: HTMLVideoElement, consume: (mediaTime: number) => Promise<void>): FramePump {
  let paused = false;
  let stopped = false;
  let busy = false;
  let handle: number | undefined;
  let lastTime = Number.NaN;

  const usesCallback = typeof video.requestVideoFrameCallback === 'function';
  const isResting = () => paused || stopped || document.hidden;

  const schedule = () => {
    if (isResting() || busy || handle !== undefined) return;
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
    if (isNew && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      lastTime = mediaTime;
      busy = true;
      try {
        await consume(mediaTime);
      } finally {
        busy = false;
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
