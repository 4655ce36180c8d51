/**
 * `npm run bench -- human-scale [--data DIR] [--split test]`: how well people agree with people on FERPlus, from its counted votes: the scale on which a model's
 * accuracy is to be read.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { percent } from '../src/base/format.js';
import { Random } from '../src/base/random.js';
import { FERPLUS_CLASSES, majorityLabel, parseFerplus } from '../src/dataset/ferplus.js';
import { wilson } from '../src/evaluation/intervals.js';
import { root } from './openPages.js';

/** Second panels drawn for each image. */
const PANELS = 20;
const SEED = 1;

export function benchHumanScale(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: 'string' }, split: { type: 'string', default: 'test' } },
  });
  const data = values.data ?? join(root, '../shared/data/ferplus');
  const rows = parseFerplus(readFileSync(join(data, 'fer2013new.csv'), 'utf8')).filter(
    ({ split }) => split === values.split,
  );
  const votes = rows.map((row) => row.votes);
  const one = oneAgainstNine(votes);
  const panel = secondPanel(votes);
  process.stdout.write(
    `One rater against the majority of the other nine: ${percent(one.value)} of ${one.n} votes\n` +
      `A second panel of ten against the first, where both have a majority: at most ${percent(panel.value)}\n`,
  );
  return Promise.resolve();
}

/** Every vote for an expression, where the other nine have a majority. */
export function oneAgainstNine(rows: readonly (readonly number[])[]): { readonly value: number; readonly n: number } {
  let agreed = 0;
  let n = 0;
  for (const votes of rows) {
    for (const label of FERPLUS_CLASSES.keys()) {
      const others = votes.map((count, index) => count - Number(index === label));
      const majority = others[label] < 0 ? null : majorityLabel(others);
      if (majority === null) continue;
      n += votes[label];
      agreed += majority === label ? votes[label] : 0;
    }
  }
  return { value: wilson(agreed, n).value, n };
}

/** Panels are drawn from the first one's own votes, which makes them agree more than new people would: an upper bound. */
export function secondPanel(rows: readonly (readonly number[])[]): { readonly value: number; readonly n: number } {
  const random = new Random(SEED);
  let agreed = 0;
  let n = 0;
  for (const votes of rows) {
    const first = majorityLabel(votes);
    if (first === null) continue;
    const raters = votes.flatMap((count, index) => Array.from({ length: count }, () => index));
    for (let panel = 0; panel < PANELS; panel++) {
      const drawn = votes.map(() => 0);
      for (let rater = 0; rater < raters.length; rater++) drawn[raters[random.integer(raters.length)]]++;
      const second = majorityLabel(drawn);
      if (second === null) continue;
      n++;
      agreed += Number(second === first);
    }
  }
  return { value: agreed / n, n };
}
