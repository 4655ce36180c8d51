/** How faces leave the page: as a mosaic that nobody is known by, not at all, or as they are. */
import { context2d, createCanvas } from '../../faces/canvas.js';
import { drawMosaic } from '../../faces/mosaic.js';
import type { FacePicture } from '../../report/session.js';
import { jpegOf } from './film-strip.js';

export const FACE_CHOICES = ['blurred', 'none', 'shown'] as const;
export type FaceChoice = (typeof FACE_CHOICES)[number];

export function facesAs(choice: FaceChoice, pictures: readonly FacePicture[]): Promise<readonly FacePicture[]> {
  if (choice === 'shown') return Promise.resolve(pictures);
  if (choice === 'none') return Promise.resolve([]);
  return Promise.all(pictures.map(async (picture) => ({ ...picture, url: await blurred(picture.url) })));
}

async function blurred(url: string): Promise<string> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = createCanvas(width, height);
  const whole = { x: 0, y: 0, width, height };
  drawMosaic(context2d(canvas), image, whole, whole);
  return jpegOf(canvas);
}
