/** One person calibrated by a few takes: a mouth shut or open, in moments that are not learned from. */
import { Random } from '../../src/base/random.js';
import { decodeInNode } from '../../src/node/decodeImage.js';
import { toByteFace } from '../../src/training/data/augment.js';
import type { SplitSamples, TrainingSample } from '../../src/training/data/samples.js';
import type { PersonFaces } from '../landmarks/person.js';
import type { DrawOptions } from './experiments.js';
import { STATE_SETS, type StateFaces, stateSamples } from './faceStates.js';
import { shippedModel } from './shipped.js';

export const PERSON_TITLES = {
  own: 'a mouth shut or open, one man who talks to a webcam, learned from earlier moments of him',
  others: 'the same man in the same moments, learned from other people (FERPlus)',
} as const;

export type PersonSetName = keyof typeof PERSON_TITLES;

/** The first part of the video is learned from, the last is measured on; between them lies a gap, so that no movement is in both. */
const [LEARNED, MEASURED] = [0.55, 0.6] as const;

export async function personSamples(
  set: PersonSetName,
  faces: PersonFaces,
  others: StateFaces,
  { images, test, seed }: DrawOptions,
): Promise<SplitSamples> {
  const end = faces.at(-1)?.time ?? 0;
  const first = faces.filter(({ time }) => time < LEARNED * end);
  const last = faces.filter(({ time }) => time >= MEASURED * end);
  const train =
    set === 'own'
      ? await draw(first, images, seed)
      : (await stateSamples(others, 'mouth', { images, test: 0, seed })).train;
  return { train, validation: [], test: await draw(last, test, 0) };
}

/** At most `count` of each class. */
async function draw(faces: PersonFaces, count: number, seed: number): Promise<TrainingSample[]> {
  const random = new Random(seed);
  const predicates = Object.values(STATE_SETS.mouth);
  const { input } = (await shippedModel()).manifest;
  const chosen = predicates.flatMap((is, label) =>
    random
      .shuffle(faces.filter(({ state }) => is(state)))
      .slice(0, count)
      .map((face) => ({ ...face, label })),
  );
  return Promise.all(
    chosen.map(async ({ time, crop, label }) => ({
      id: String(time),
      label,
      target: Float32Array.from(predicates, (_, index) => (index === label ? 1 : 0)),
      group: null,
      fromCamera: false,
      face: toByteFace(await decodeInNode(Uint8Array.from(Buffer.from(crop, 'base64'))), input),
    })),
  );
}
