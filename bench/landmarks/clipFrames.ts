/** Frames of a clip in a page of the benches. */
import { bytesOf } from './landmarker.js';

/** Seconds between the frames of a clip. */
const STEP = 0.25;

/** Frames of a clip (base64), {@link STEP} seconds apart; each is closed when the next is asked for. */
export async function* clipFrames(clip: string): AsyncGenerator<ImageBitmap, void, undefined> {
  const video = document.createElement('video');
  video.muted = true;
  video.src = URL.createObjectURL(new Blob([bytesOf(clip)]));
  await event(video, 'loadeddata');
  for (let time = 0; time < video.duration; time += STEP) {
    const sought = event(video, 'seeked');
    video.currentTime = time;
    await sought;
    const bitmap = await createImageBitmap(video);
    try {
      yield bitmap;
    } finally {
      bitmap.close();
    }
  }
}

function event(target: EventTarget, name: string): Promise<unknown> {
  return new Promise((done, failed) => {
    target.addEventListener(name, done, { once: true });
    target.addEventListener('error', failed, { once: true });
  });
}
