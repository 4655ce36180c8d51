/** Small pictures of every face, one now and then, for the report alone: never more than a bounded number. */
import { context2d, createCanvas } from '../../faces/canvas.js';
import { centre, squareAround, type Box } from '../../faces/geometry.js';
import type { FacePicture } from '../../report/session.js';

/** Side of a picture, px. */
const SIDE = 96;
/** The square around a face, in face sizes. */
const AROUND = 1.5;
/** Seconds between two pictures of one face, at first. When there are too many every second one goes, and the time doubles. */
const FIRST_INTERVAL = 0.5;
const MOST_PICTURES = 240;
const QUALITY = 0.8;

interface Strip {
  interval: number;
  pictures: { readonly time: number; readonly url: string }[];
}

export class FilmStrip {
  private readonly strips = new Map<number, Strip>();
  private readonly canvas = createCanvas(SIDE, SIDE);

  /** Takes pictures of the faces that had none for a while. Boxes are in pixels of the frame. */
  async add(
    time: number,
    faces: readonly { readonly id: number; readonly box: Box }[],
    frame: CanvasImageSource,
  ): Promise<void> {
    for (const { id, box } of faces) {
      const strip = this.strips.get(id) ?? { interval: FIRST_INTERVAL, pictures: [] };
      this.strips.set(id, strip);
      const last = strip.pictures.at(-1);
      if (last !== undefined && time - last.time < strip.interval) continue;
      strip.pictures.push({ time, url: await this.cut(frame, box) });
      if (strip.pictures.length <= MOST_PICTURES) continue;
      strip.pictures = strip.pictures.filter((_, index) => index % 2 === 0);
      strip.interval *= 2;
    }
  }

  /** All pictures, by person and time. Faces of nobody are left out. */
  pictures(personOf: ReadonlyMap<number, number>): FacePicture[] {
    return [...this.strips]
      .flatMap(([id, { pictures }]) => {
        const person = personOf.get(id);
        return person === undefined ? [] : pictures.map((picture) => ({ person, ...picture }));
      })
      .toSorted((first, second) => first.person - second.person || first.time - second.time);
  }

  private cut(frame: CanvasImageSource, box: Box): Promise<string> {
    const { x, y, width, height } = squareAround(centre(box), Math.max(box.width, box.height) * AROUND);
    const context = context2d(this.canvas);
    context.fillRect(0, 0, SIDE, SIDE);
    context.drawImage(frame, x, y, width, height, 0, 0, SIDE, SIDE);
    return jpegOf(this.canvas);
  }
}

/** A canvas as a `data:` address. */
export async function jpegOf(canvas: OffscreenCanvas | HTMLCanvasElement): Promise<string> {
  if (canvas instanceof HTMLCanvasElement) return canvas.toDataURL('image/jpeg', QUALITY);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(reader.error ?? new Error('The picture cannot be read.')));
    reader.readAsDataURL(blob);
  });
}
