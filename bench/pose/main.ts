/**
 * `npm run bench -- pose --landmarker FILE [--data DIR] [--limit N]`: roll, yaw and pitch by the detector's points against MediaPipe's face landmarker, on FERPlus
 * validation faces (enlarged), photos and clips. Prints a table and what validation accuracy is by angle.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readDataFolder } from '../../cli/dataFolder.js';
import { progressLine } from '../../cli/progressLine.js';
import { mean, quantile } from '../../src/base/numbers.js';
import { FERPLUS_CLASSES } from '../../src/dataset/ferplus.js';
import { readSamples, samplesOfSplit } from '../../src/evaluation/samples.js';
import { poseOf, type Pose } from '../../src/reading/pose.js';
import { root, withPages, type OpenPage } from '../openPages.js';
import type * as Page from './page.js';
import type { Sighting } from './sighting.js';

const PICTURES_A_CALL = 32;
const ANGLES = ['roll', 'yaw', 'pitch'] as const;
/** Degrees: heads turned further than this are looked at apart. */
const FAR = 20;
const PICTURE = /\.(jpe?g|png)$/i;

type PosePage = { readonly bench: typeof Page };

export async function benchPose(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { landmarker: { type: 'string' }, data: { type: 'string' }, limit: { type: 'string' } },
  });
  const shared = join(root, '../shared');
  const landmarker = values.landmarker ?? join(shared, 'models/face_landmarker.task');
  const data = values.data ?? join(shared, 'data');
  if (!existsSync(landmarker))
    throw new Error(`MediaPipe’s face_landmarker.task is not at ${landmarker}. Name it with --landmarker.`);
  await withPages(async (open) => {
    const page = await open('pose/page.html', 'bench');
    await page.evaluate((model) => (window as unknown as PosePage).bench.load(model), base64(landmarker));
    const sets: [string, readonly (Sighting | null)[]][] = [
      ['FERPlus validation', await ferplus(page, join(data, 'ferplus'), values.limit)],
      [
        'photos',
        await pictures(
          page,
          filesOf(join(data, 'photos'))
            .filter((file) => PICTURE.test(file))
            .map(base64),
          false,
        ),
      ],
      ['clips', await clips(page, filesOf(join(data, 'clips')))],
    ];
    process.stdout.write(
      '| data | faces | read by both | angle | mean error, ° | 90 % within, ° | beyond 20°: faces | mean error, ° |\n|---|--:|--:|---|--:|--:|--:|--:|\n',
    );
    for (const [name, sightings] of sets) process.stdout.write(rows(name, sightings));
  });
}

type OpenedPage = Awaited<ReturnType<OpenPage>>;

async function ferplus(page: OpenedPage, folder: string, limit: string | undefined): Promise<(Sighting | null)[]> {
  const set = await readSamples(await readDataFolder(folder), 'majority', FERPLUS_CLASSES);
  const samples = samplesOfSplit(set, 'validation').slice(0, limit === undefined ? undefined : Number(limit));
  const encoded = await Promise.all(
    samples.map(async (sample) => Buffer.from(await sample.bytes()).toString('base64')),
  );
  return pictures(page, encoded, true);
}

async function pictures(page: OpenedPage, encoded: readonly string[], areCrops: boolean): Promise<(Sighting | null)[]> {
  const sightings: (Sighting | null)[] = [];
  const progress = progressLine(areCrops ? 'Crops' : 'Photos');
  for (let start = 0; start < encoded.length; start += PICTURES_A_CALL) {
    const chunk = encoded.slice(start, start + PICTURES_A_CALL);
    const seen = await page.evaluate(
      ([files, flag]) => (window as unknown as PosePage).bench.lookAtPictures(files, flag),
      [chunk, areCrops] as const,
    );
    sightings.push(...seen);
    progress(sightings.length, encoded.length);
  }
  return sightings;
}

async function clips(page: OpenedPage, files: readonly string[]): Promise<(Sighting | null)[]> {
  const sightings: (Sighting | null)[] = [];
  for (const file of files) {
    sightings.push(
      ...(await page.evaluate((clip) => (window as unknown as PosePage).bench.lookAtClip(clip), base64(file))),
    );
  }
  return sightings;
}

function rows(name: string, all: readonly (Sighting | null)[]): string {
  const sightings = all.filter((sighting) => sighting !== null);
  const told = sightings.map(({ keypoints }) => poseOf(keypoints));
  const errorsOf = (angle: keyof Pose, isWanted: (sighting: Sighting) => boolean) =>
    sightings.flatMap((sighting, index) =>
      isWanted(sighting) ? [Math.abs(told[index][angle] - sighting[angle])] : [],
    );
  return ANGLES.map((angle) => {
    const errors = errorsOf(angle, () => true);
    const far = errorsOf(angle, (sighting) => Math.abs(sighting[angle]) > FAR);
    const numbers = [mean(errors), quantile(errors, 0.9)].map((value) => value.toFixed(1));
    return `| ${name} | ${all.length} | ${sightings.length} | ${angle} | ${numbers.join(' | ')} | ${far.length} | ${far.length === 0 ? '' : mean(far).toFixed(1)} |\n`;
  }).join('');
}

function filesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function base64(path: string): string {
  return readFileSync(path).toString('base64');
}
