/** How faces leave the page: as a mosaic that nobody is known by, not at all, or as they are. */
import { context2d, createCanvas } from '../../faces/canvas.js';
import type { FacePicture } from '../../report/session.js';
import { jpegOf } from './film-strip.js';

export const FACE_CHOICES = { blurred: 'Faces blurred', none: 'Faces left out', shown: 'Faces shown' } as const;
export type FaceChoice = keyof typeof FACE_CHOICES;

/** Cells a side of the mosaic: what lies in one is averaged, and cannot be had back. */
const CELLS = 6;

export function facesAs(choice: FaceChoice, pictures: readonly FacePicture[]): Promise<readonly FacePicture[]> {
  if (choice === 'shown') return Promise.resolve(pictures);
  if (choice === 'none') return Promise.resolve([]);
  return Promise.all(pictures.map(async (picture) => ({ ...picture, url: await blurred(picture.url) })));
}

async function blurred(url: string): Promise<string> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const small = createCanvas(CELLS, CELLS);
  const reduced = context2d(small);
  reduced.imageSmoothingQuality = 'high';
  reduced.drawImage(image, 0, 0, CELLS, CELLS);
  const canvas = createCanvas(image.naturalWidth, image.naturalHeight);
  context2d(canvas).drawImage(small, 0, 0, canvas.width, canvas.height);
  return jpegOf(canvas);
}
