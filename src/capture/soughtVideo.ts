/** Videos read with a video element that seeks from frame to frame: slower than a decoder, and all that some browsers have. */
import { context2d, createCanvas } from '../faces/canvas.js';
import { CaptureError } from '../errors.js';
import { ROUNDING, reducedSize, sampleTimes } from './frameTimes.js';
import type { ReadFrame, VideoReader } from './videoReader.js';
import { loadVideo } from './video.js';

/** Frames a second where every one is asked for: an element does not say where they are. */
export const SOUGHT_RATE = 30;
/** A seek that takes longer than this does not come to an end, ms. */
const LONGEST_SEEK = 30_000;
/** Beyond the end of every video, seconds: a seek there makes a browser look for the end. */
const FAR = 1e9;

/** @throws CaptureError `unsupported-video` */
export async function openSoughtVideo(file: Blob): Promise<VideoReader> {
  const url = URL.createObjectURL(file);
  const closing = new AbortController();
  const close = (video?: HTMLVideoElement): void => {
    closing.abort();
    video?.removeAttribute('src');
    video?.load();
    URL.revokeObjectURL(url);
  };
  try {
    const video = await loadVideo({ src: url });
    // What a page recorded carries no length.
    if (!Number.isFinite(video.duration)) await seek(video, FAR, closing.signal);
    const duration = Number.isFinite(video.duration) ? video.duration : video.currentTime;
    return {
      width: video.videoWidth,
      height: video.videoHeight,
      duration,
      method: 'seeking',
      frames: (rate = SOUGHT_RATE) => framesOf(video, sampleTimes(duration, rate), closing.signal),
      close: () => close(video),
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function* framesOf(
  video: HTMLVideoElement,
  times: Iterable<number>,
  closing: AbortSignal,
): AsyncGenerator<ReadFrame> {
  const { width, height } = reducedSize(video.videoWidth, video.videoHeight);
  const canvases = [createCanvas(width, height), createCanvas(width, height), createCanvas(width, height)];
  let turn = 0;
  for (const time of times) {
    await seek(video, time + ROUNDING, closing);
    if (closing.aborted) return;
    const canvas = canvases[turn++ % canvases.length];
    context2d(canvas).drawImage(video, 0, 0, width, height);
    yield { time, canvas };
  }
}

/** Resolves when the frame at a time is there, or reading has ended. */
function seek(video: HTMLVideoElement, time: number, closing: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const { signal } = done;
    const settle = (act: () => void) => () => {
      done.abort();
      clearTimeout(patience);
      act();
    };
    const fail = settle(() =>
      reject(
        new CaptureError(
          'unsupported-video',
          `The video shows no frame at ${time.toFixed(1)} s: the file seems to be damaged. Save it again, or cut it there.`,
        ),
      ),
    );
    const patience = setTimeout(fail, LONGEST_SEEK);
    video.addEventListener('seeked', settle(resolve), { signal });
    video.addEventListener('error', fail, { signal });
    closing.addEventListener('abort', settle(resolve), { signal });
    video.currentTime = time;
  });
}
