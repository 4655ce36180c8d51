/** The frames of a scene, as a camera would bring them: no two in a row are equal. */
import type { Scene } from '../scenes.js';

export interface Film {
  /** The time of a frame in milliseconds. */
  readonly time: (index: number) => number;
  readonly frame: (index: number) => Promise<ImageBitmap>;
}

const FRAMES_PER_SECOND = 30;
/** Frames of a clip that are shown, forth and back. */
const CLIP_FRAMES = 60;
/** How much of a grid's cell its picture takes. */
const FILLED = 0.8;

export async function openFilm({ width, height, picture }: Scene): Promise<Film> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  const draw = picture.kind === 'clip' ? await clip(picture.url) : await still(picture);
  return {
    time: (index) => (index * 1000) / FRAMES_PER_SECOND,
    frame: async (index) => {
      draw(context, index);
      return createImageBitmap(canvas);
    },
  };
}

type Draw = (context: OffscreenCanvasRenderingContext2D, index: number) => void;

/** All of the picture is a little lighter or darker by turns: nobody may take a frame for the one before. */
async function still(picture: Exclude<Scene['picture'], { readonly kind: 'clip' }>): Promise<Draw> {
  const urls = picture.kind === 'grid' ? picture.urls : [picture.url];
  const [columns, rows, filled] = picture.kind === 'grid' ? [picture.columns, picture.rows, FILLED] : [1, 1, 1];
  const images = await Promise.all(urls.map(loadImage));
  return (context, index) => {
    const { width, height } = context.canvas;
    context.fillStyle = 'grey';
    context.fillRect(0, 0, width, height);
    for (const [place, image] of images.entries()) {
      const [x, y] = [((place % columns) * width) / columns, (Math.floor(place / columns) * height) / rows];
      drawInside(context, image, x, y, width / columns, height / rows, filled);
    }
    context.fillStyle = index % 2 === 0 ? 'rgb(255 255 255 / 0.06)' : 'rgb(0 0 0 / 0.06)';
    context.fillRect(0, 0, width, height);
  };
}

async function clip(url: string): Promise<Draw> {
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  // From memory: the server answers no range requests, without which a video cannot be sought in.
  video.src = URL.createObjectURL(await (await fetch(url)).blob());
  await new Promise((loaded, failed) => {
    video.addEventListener('loadeddata', loaded, { once: true });
    video.addEventListener('error', () => failed(new Error(`${url} cannot be played.`)), { once: true });
  });
  const frames: ImageBitmap[] = [];
  for (let index = 0; index < CLIP_FRAMES && index / FRAMES_PER_SECOND < video.duration; index++) {
    const sought = new Promise((done) => {
      video.addEventListener('seeked', done, { once: true });
    });
    // Half a frame in, so that rounding shows none twice.
    video.currentTime = (index + 0.5) / FRAMES_PER_SECOND;
    await sought;
    frames.push(await createImageBitmap(video));
  }
  URL.revokeObjectURL(video.src);
  const turn = 2 * (frames.length - 1);
  return (context, index) => {
    const frame = frames[Math.min(index % turn, turn - (index % turn))];
    drawInside(context, frame, 0, 0, context.canvas.width, context.canvas.height, 1);
  };
}

/** As large as the place allows, in its middle. */
function drawInside(
  context: OffscreenCanvasRenderingContext2D,
  image: ImageBitmap,
  x: number,
  y: number,
  width: number,
  height: number,
  filled: number,
): void {
  const scale = filled * Math.min(width / image.width, height / image.height);
  const [w, h] = [image.width * scale, image.height * scale];
  context.drawImage(image, x + (width - w) / 2, y + (height - h) / 2, w, h);
}

async function loadImage(url: string): Promise<ImageBitmap> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} is not there.`);
  return createImageBitmap(await response.blob());
}
