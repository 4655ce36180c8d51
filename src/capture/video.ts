/** Video elements that show a picture before anybody uses them. */
import { CaptureError } from '../errors.js';

/**
 * A muted video element with its first frame in place, not yet playing (a stream's plays, or it would show nothing).
 *
 * @throws CaptureError `unsupported-video` when the browser cannot show it or it holds sound alone
 */
export async function loadVideo(
  source: { readonly src: string } | { readonly stream: MediaStream },
): Promise<HTMLVideoElement> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.preload = 'auto';
  video.crossOrigin = 'anonymous';
  const loaded = firstFrame(video);
  if ('src' in source) {
    video.src = source.src;
  } else {
    video.srcObject = source.stream;
    // Some browsers load a stream only once it is asked to play.
    video.play().catch(() => undefined);
  }
  await loaded;
  if (video.videoWidth === 0) {
    throw new CaptureError('unsupported-video', 'This file has no picture, only sound. Choose another one.');
  }
  return video;
}

function firstFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve, reject) => {
    const listening = new AbortController();
    const { signal } = listening;
    const done = () => {
      listening.abort();
      resolve();
    };
    const failed = () => {
      listening.abort();
      reject(
        new CaptureError('unsupported-video', 'This browser cannot play the video. Try an MP4 (H.264) or WebM file.', {
          cause: new Error(`${video.error?.code ?? ''} ${video.error?.message ?? ''}`.trim()),
        }),
      );
    };
    video.addEventListener('loadeddata', done, { signal });
    video.addEventListener('error', failed, { signal });
  });
}
