/** Classes that are no sum of the model's: states of mouth, eyes and head as the face landmarker tells them. What it is not sure of is left out. */
import { Random } from '../../src/base/random.js';
import type { SplitSamples, TrainingSample } from '../../src/training/data/samples.js';
import type { FaceState } from '../landmarks/faceState.js';
import { type FaceStates, readStates } from '../landmarks/main.js';
import type { DrawOptions } from './experiments.js';
import { readFace } from './faces.js';

type Predicate = (state: FaceState) => boolean;

const stateSets = <Name extends string>(sets: Readonly<Record<Name, Readonly<Record<string, Predicate>>>>) => sets;

export const STATE_SETS = stateSets({
  mouth: {
    'mouth shut': ({ lips }) => lips < 0.05,
    'mouth open': ({ lips }) => lips > 0.25,
  },
  eyes: {
    'eyes open': ({ leftBlink, rightBlink }) => Math.max(leftBlink, rightBlink) < 0.2,
    'eyes shut': ({ leftBlink, rightBlink }) => Math.min(leftBlink, rightBlink) > 0.5,
  },
  head: {
    'turned left': ({ yaw }) => yaw > 20,
    straight: ({ yaw }) => Math.abs(yaw) < 6,
    'turned right': ({ yaw }) => yaw < -20,
  },
});

export type StateSetName = keyof typeof STATE_SETS;

export interface StateFaces {
  readonly folder: string;
  readonly states: FaceStates;
}

export async function readStateFaces(folder: string, states: string): Promise<StateFaces> {
  return { folder, states: await readStates(states) };
}

export function classesOf(set: StateSetName): readonly string[] {
  return Object.keys(STATE_SETS[set]);
}

/** Learns from FERPlus's training split and is measured on its validation split. */
export async function stateSamples(
  { folder, states }: StateFaces,
  set: StateSetName,
  { images, test, seed }: DrawOptions,
): Promise<SplitSamples> {
  const predicates = Object.values(STATE_SETS[set]);
  const draw = (split: 'train' | 'validation', count: number, from: number): Promise<TrainingSample[]> => {
    const random = new Random(from);
    const known = Object.entries(states[split]).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const chosen = predicates.flatMap((is, label) =>
      random
        .shuffle(known.flatMap(([name, state]) => (state !== null && is(state) ? [name] : [])))
        .slice(0, count)
        .map((name) => ({ name, label })),
    );
    return Promise.all(
      chosen.map(({ name, label }) => readFace(folder, split, { name, label, classes: predicates.length })),
    );
  };
  return { train: await draw('train', images, seed), validation: [], test: await draw('validation', test, 0) };
}
