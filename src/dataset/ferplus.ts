/**
 * FERPlus: ten people's votes on every FER2013 face, in `fer2013new.csv` (Barsoum et al., ICMI 2016). Columns are Usage, image name, eight
 * expressions, `unknown` and `NF` (not a face).
 */
import { argmax } from '../base/softmax.js';
import { TrainingError } from '../errors.js';
import { CLASS_ORDERS } from '../expressions.js';
import { parseCsv } from '../base/csv.js';
import type { Split } from './sample.js';

export const FERPLUS_CLASSES = CLASS_ORDERS.ferplus;

/** How a row of votes becomes one label. */
export type FerplusRule = 'argmax' | 'majority';

export interface FerplusRow {
  /** File name, for example `fer0000000.png`. */
  readonly name: string;
  readonly split: Split;
  /** Ten counts: the eight classes in the order of {@link FERPLUS_CLASSES}, then unknown and not-a-face. */
  readonly votes: readonly number[];
}

/** Where the images of each split lie, below `data/` or beside the CSV file. */
export const FERPLUS_FOLDERS: Readonly<Record<Split, string>> = {
  train: 'FER2013Train',
  validation: 'FER2013Valid',
  test: 'FER2013Test',
};

const VOTE_COLUMNS = FERPLUS_CLASSES.length + 2;
const USAGES: ReadonlyMap<string, Split> = new Map([
  ['Training', 'train'],
  ['PublicTest', 'validation'],
  ['PrivateTest', 'test'],
]);

/** True when the first line is that of `fer2013new.csv`. */
export function looksLikeFerplus(text: string): boolean {
  return /^\uFEFF?Usage,Image name,neutral,/i.test(text);
}

/**
 * Reads the votes. Rows without an image name (images that were taken out of FER2013) are skipped; of rows under one name the first
 * counts. Throws a TrainingError `data-format` that names the row.
 */
export function parseFerplus(text: string): FerplusRow[] {
  if (!looksLikeFerplus(text)) {
    throw new TrainingError(
      'data-format',
      'This is not the fer2013new.csv of FERPlus: its first line names other columns.',
    );
  }
  const rows = new Map<string, FerplusRow>();
  for (const { line, fields } of parseCsv(text).slice(1)) {
    const [usage = '', name = '', ...counts] = fields;
    if (name === '' || rows.has(name)) continue;
    const split = USAGES.get(usage);
    const votes = counts.slice(0, VOTE_COLUMNS).map(Number);
    if (split === undefined || votes.length < VOTE_COLUMNS || votes.some((count) => !(count >= 0))) {
      throw new TrainingError('data-format', `Row ${line} of fer2013new.csv has no usage or not ten vote counts.`);
    }
    rows.set(name, { name, split, votes });
  }
  return [...rows.values()];
}

/** Index of the class with most of the ten counts (ties: the first), or null when that is unknown or not-a-face. */
export function argmaxLabel(votes: readonly number[]): number | null {
  const best = argmax(votes);
  return best < FERPLUS_CLASSES.length ? best : null;
}

/** As {@link argmaxLabel} after single votes are struck out, and only where the winner holds more than half of what is left. */
export function majorityLabel(votes: readonly number[]): number | null {
  const kept = withoutSingleVotes(votes);
  const total = kept.reduce((sum, count) => sum + count, 0);
  const best = argmaxLabel(kept);
  return best !== null && kept[best] > total / 2 ? best : null;
}

/** The class index of a row under a rule, or null where the rule drops it. */
export function ferplusLabel(votes: readonly number[], rule: FerplusRule): number | null {
  return rule === 'argmax' ? argmaxLabel(votes) : majorityLabel(votes);
}

/**
 * Eight probabilities: single votes, unknown and not-a-face struck out, then normalised. Null where nothing is left
 * (every class has at most one vote).
 */
export function softLabel(votes: readonly number[]): number[] | null {
  const kept = withoutSingleVotes(votes).slice(0, FERPLUS_CLASSES.length);
  const total = kept.reduce((sum, count) => sum + count, 0);
  return total === 0 ? null : kept.map((count) => count / total);
}

function withoutSingleVotes(votes: readonly number[]): number[] {
  return votes.map((count) => (count > 1 ? count : 0));
}
