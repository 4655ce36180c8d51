/** What a data set consists of. Images lie in packs (see dataset.ts); a sample is what is known about one of them. */
import { TrainingError } from '../errors.js';

export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** Probabilities by class name, summing to 1: several people's votes on one face. */
export type SoftLabel = Readonly<Record<string, number>>;

/** The source of samples that the page's own camera took. */
export const CAMERA = 'camera';

export interface Sample {
  /** Unique in its data set. */
  readonly id: string;
  /** Class name; with votes, the class that most of them name. */
  readonly label: string;
  readonly votes?: SoftLabel;
  /** Null until the data set is split. */
  readonly split: Split | null;
  /** Samples of one group (a person, a burst, a video) always share a split. */
  readonly group: string | null;
  /** The name it came under: a file's path or {@link CAMERA}. */
  readonly source: string;
}

const SPLIT_NAMES: ReadonlyMap<string, Split> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['validation', 'validation'],
  ['valid', 'validation'],
  ['val', 'validation'],
  ['publictest', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
  ['privatetest', 'test'],
]);

/** The split that a name stands for (also `val`, `valid`, `training`, and FER2013's `PublicTest` and `PrivateTest`), or null. */
export function splitNamed(name: string): Split | null {
  return SPLIT_NAMES.get(name.toLowerCase()) ?? null;
}

/** As {@link splitNamed}, but an unknown name is a TrainingError `data-format` that says where it stands. */
export function parseSplit(name: string, where: string): Split {
  const split = splitNamed(name);
  if (split === null) {
    throw new TrainingError('data-format', `"${name}" in ${where} is no split. Use train, validation or test.`);
  }
  return split;
}

/** Votes with their classes under other names; the shares of those that come to one name add up. */
export function renameVotes(votes: SoftLabel, rename: (name: string) => string): SoftLabel {
  const shares = new Map<string, number>();
  for (const [name, share] of Object.entries(votes)) shares.set(rename(name), (shares.get(rename(name)) ?? 0) + share);
  return Object.fromEntries(shares);
}

/** How many samples each class has, in the order of `classes`. */
export function countByClass(samples: readonly Sample[], classes: readonly string[]): number[] {
  const counts = new Map(classes.map((name) => [name, 0]));
  for (const { label } of samples) counts.set(label, (counts.get(label) ?? 0) + 1);
  return classes.map((name) => counts.get(name) ?? 0);
}
