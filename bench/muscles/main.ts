/**
 * `npm run bench -- muscles [--landmarker FILE] [--data FOLDER] [--train 12000] [--validation 3579] [--out FILE]`: what the teacher, MediaPipe's face landmarker,
 * says of FERPlus faces (training and validation split, never test), enlarged; `pytorch/fit_muscles.py` learns from the file. Faces that the file has already
 * are not asked about again. `--check` compares the shipped head with the teacher on whole photos and clips instead, `--time ROUNDS` says what the head costs.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { progressLine } from '../../cli/progressLine.js';
import { correlation } from '../../src/base/numbers.js';
import { Random } from '../../src/base/random.js';
import { FERPLUS_FOLDERS, parseFerplus } from '../../src/dataset/ferplus.js';
import { type OpenPage, root, withPages } from '../openPages.js';
import type * as Page from './page.js';
import type { Pair, TeacherFile } from './teacher.js';
import { timeHead } from './time.js';

const PICTURES_A_CALL = 32;
/** The file is written anew after so many calls. */
const CALLS_A_WRITING = 5;
const PICTURE = /\.(jpe?g|png)$/i;

type MusclesPage = { readonly bench: typeof Page };
type OpenedPage = Awaited<ReturnType<OpenPage>>;

export async function benchMuscles(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      landmarker: { type: 'string', default: join(root, '../shared/models/face_landmarker.task') },
      data: { type: 'string', default: join(root, '../shared/data') },
      train: { type: 'string', default: '12000' },
      validation: { type: 'string', default: '3579' },
      out: { type: 'string', default: join(tmpdir(), 'qcs-fer-muscles-teacher.json') },
      check: { type: 'boolean', default: false },
      time: { type: 'string' },
    },
  });
  if (values.time !== undefined) {
    const { without, withHead } = await timeHead(Number(values.time));
    process.stdout.write(
      `A face: ${without.toFixed(2)} ms, with muscles ${withHead.toFixed(2)} ms (${(withHead / without).toFixed(3)})\n`,
    );
    return;
  }
  if (!existsSync(values.landmarker))
    throw new Error(`MediaPipe’s face_landmarker.task is not at ${values.landmarker}. Name it with --landmarker.`);
  await withPages(async (open) => {
    const page = await open('muscles/page.html', 'bench');
    await page.evaluate((model) => (window as unknown as MusclesPage).bench.load(model), base64(values.landmarker));
    if (values.check) await check(page, values.data);
    else await teach(page, values);
  });
}

interface TeachOptions {
  readonly data: string;
  readonly out: string;
  readonly train: string;
  readonly validation: string;
}

async function teach(page: OpenedPage, options: TeachOptions): Promise<void> {
  const { data, out } = options;
  const folder = join(data, 'ferplus');
  const rows = parseFerplus(readFileSync(join(folder, 'fer2013new.csv'), 'utf8'));
  const known = existsSync(out) ? (JSON.parse(readFileSync(out, 'utf8')) as TeacherFile) : undefined;
  let names = known?.names ?? [];
  const faces = { train: { ...known?.faces.train }, validation: { ...known?.faces.validation } };
  const write = (): Promise<void> => writeFile(out, JSON.stringify({ names, faces } satisfies TeacherFile));
  for (const split of ['validation', 'train'] as const) {
    const files = rows.filter((row) => row.split === split).map(({ name }) => name);
    const asked = new Random(0)
      .shuffle(files)
      .slice(0, Number(options[split]))
      .filter((name) => faces[split][name] === undefined);
    const progress = progressLine(`Faces of ${split}`);
    for (let start = 0, calls = 1; start < asked.length; start += PICTURES_A_CALL, calls++) {
      const part = asked.slice(start, start + PICTURES_A_CALL);
      const crops = part.map((name) => base64(join(folder, 'data', FERPLUS_FOLDERS[split], name)));
      const taught = await page.evaluate((files) => (window as unknown as MusclesPage).bench.teach(files), crops);
      for (const [place, face] of taught.entries()) {
        if (face !== null && names.length === 0) names = Object.keys(face);
        faces[split][part[place]] = face === null ? null : names.map((name) => face[name]);
      }
      progress(start + part.length, asked.length);
      if (calls % CALLS_A_WRITING === 0) await write();
    }
    await write();
    const all = Object.values(faces[split]);
    const found = all.filter((face) => face !== null).length;
    process.stdout.write(`${split}: the teacher found a face in ${found} of ${all.length} pictures\n`);
  }
  process.stdout.write(`Wrote ${out}\n`);
}

/** Correlations over photos and clips, a row a muscle. */
async function check(page: OpenedPage, data: string): Promise<void> {
  const photos = await page.evaluate(
    (files) => (window as unknown as MusclesPage).bench.lookAtPictures(files),
    filesOf(join(data, 'photos'))
      .filter((file) => PICTURE.test(file))
      .map(base64),
  );
  const clips: Pair[] = [];
  for (const file of filesOf(join(data, 'clips'))) {
    clips.push(
      ...(await page.evaluate((clip) => (window as unknown as MusclesPage).bench.lookAtClip(clip), base64(file))),
    );
  }
  process.stdout.write(`${photos.length} photos and ${clips.length} frames of clips were read by both\n\n`);
  process.stdout.write('| muscle | photos | clips |\n|---|--:|--:|\n');
  for (const name of Object.keys(photos[0]?.ours ?? {})) {
    const cells = [photos, clips].map((pairs) => {
      const told = correlation(
        pairs.map(({ teacher }) => teacher[name]),
        pairs.map(({ ours }) => ours[name]),
      );
      return told.toFixed(2);
    });
    process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
  }
}

function filesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function base64(path: string): string {
  return readFileSync(path).toString('base64');
}
