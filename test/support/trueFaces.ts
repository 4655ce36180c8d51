/** Faces that a detector found against those that are there (`faces.json` of the shared photos: square boxes `[x, y, side]`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FoundFace {
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

type TrueFace = readonly [x: number, y: number, side: number];

export interface Misses {
  readonly missed: Readonly<Record<string, number>>;
  readonly invented: Readonly<Record<string, number>>;
}

/** How many faces were missed and invented, by photo. */
export async function compareWithTruth(
  photos: string,
  find: (name: string) => Promise<readonly FoundFace[]>,
): Promise<Misses> {
  const { _, ...truth } = JSON.parse(readFileSync(join(photos, 'faces.json'), 'utf8')) as Record<
    string,
    readonly TrueFace[]
  >;
  const missed: Record<string, number> = {};
  const invented: Record<string, number> = {};
  for (const [name, boxes] of Object.entries(truth)) {
    const faces = await find(name);
    missed[name] = boxes.filter((box) => !faces.some((face) => isMatch(face, box))).length;
    invented[name] = faces.filter((face) => !boxes.some((box) => isMatch(face, box))).length;
  }
  return { missed, invented };
}

/** The centre of what was found lies inside the true box, and it is from half to twice as large. */
function isMatch({ box }: FoundFace, [x, y, side]: TrueFace): boolean {
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  const size = Math.max(box.width, box.height) / side;
  return cx >= x && cx <= x + side && cy >= y && cy <= y + side && size >= 0.5 && size <= 2;
}
