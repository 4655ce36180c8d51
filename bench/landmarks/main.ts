/**
 * `npm run bench -- landmarks [--landmarker FILE] [--data FOLDER] [--train 3500] [--validation 3579] [--out FILE]`: what MediaPipe's face landmarker says of FERPlus
 * faces (training and validation split, never test), written to a file that `npm run bench -- fine-tuning --experiment new-classes` reads. Faces that the file has already are not asked
 * about again.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { progressLine } from '../../cli/progressLine.js';
import { Random } from '../../src/base/random.js';
import { FERPLUS_FOLDERS, parseFerplus } from '../../src/dataset/ferplus.js';
import { root, withPages } from '../openPages.js';
import type { FaceState } from './faceState.js';
import type * as Page from './page.js';

/** Where MediaPipe's face landmarker is looked for. */
export const LANDMARKER = join(root, '../shared/models/face_landmarker.task');

/** Where the states lie unless told otherwise: outside the repository. */
export const STATES_FILE = join(tmpdir(), 'qcs-fer-face-states.json');

/** States by file name; null where no face was found. */
export type FaceStates = Readonly<Record<'train' | 'validation', Readonly<Record<string, FaceState | null>>>>;

const PICTURES_A_CALL = 32;

type LandmarkPage = { readonly bench: typeof Page };

export async function benchLandmarks(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      landmarker: { type: 'string', default: LANDMARKER },
      data: { type: 'string', default: join(root, '../shared/data/ferplus') },
      train: { type: 'string', default: '3500' },
      validation: { type: 'string', default: '3579' },
      out: { type: 'string', default: STATES_FILE },
    },
  });
  if (!existsSync(values.landmarker))
    throw new Error(`MediaPipe’s face_landmarker.task is not at ${values.landmarker}. Name it with --landmarker.`);
  const rows = parseFerplus(await readFile(join(values.data, 'fer2013new.csv'), 'utf8'));
  const known = existsSync(values.out) ? await readStates(values.out) : { train: {}, validation: {} };
  const states = { train: { ...known.train }, validation: { ...known.validation } };
  await withPages(async (open) => {
    const page = await open('landmarks/page.html', 'bench');
    await page.evaluate(
      (model) => (window as unknown as LandmarkPage).bench.load(model),
      readFileSync(values.landmarker).toString('base64'),
    );
    for (const split of ['validation', 'train'] as const) {
      const names = rows.filter((row) => row.split === split).map(({ name }) => name);
      const chosen = new Random(0)
        .shuffle(names)
        .slice(0, Number(values[split]))
        .filter((name) => states[split][name] === undefined);
      const progress = progressLine(`Faces of ${split}`);
      for (let start = 0; start < chosen.length; start += PICTURES_A_CALL) {
        const part = chosen.slice(start, start + PICTURES_A_CALL);
        const crops = part.map((name) =>
          readFileSync(join(values.data, 'data', FERPLUS_FOLDERS[split], name)).toString('base64'),
        );
        const seen = await page.evaluate(
          (files) => (window as unknown as LandmarkPage).bench.lookAtCrops(files),
          crops,
        );
        for (const [place, state] of seen.entries()) states[split][part[place]] = state;
        progress(start + part.length, chosen.length);
        await writeFile(values.out, JSON.stringify(states));
      }
    }
  });
  const count = (split: 'train' | 'validation'): number =>
    Object.values(states[split]).filter((state) => state !== null).length;
  process.stdout.write(`${count('train')} and ${count('validation')} faces found; wrote ${values.out}\n`);
}

export async function readStates(path: string): Promise<FaceStates> {
  return JSON.parse(await readFile(path, 'utf8')) as FaceStates;
}
