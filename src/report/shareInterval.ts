/** How sure a share of time is: readings that follow on one another are alike, so that many of them say as much as a few that are independent. */
import { wilson, type Interval } from '../evaluation/intervals.js';

/**
 * The 95 % interval of each share, Wilson's with as many readings as would be independent: n (1 - r) / (1 + r), where r is the correlation of a reading with
 * the next (Bartlett, Journal of the Royal Statistical Society 98, 1935). It says what more of the same recording would show; what the model gets
 * wrong is not in it. One long stretch counts as a single reading.
 *
 * @param runs the labels of readings without a gap between them
 */
export function shareIntervals(runs: readonly (readonly string[])[], classes: readonly string[]): Interval[] {
  const labels = runs.flat();
  if (labels.length === 0) return classes.map(() => wilson(0, 0));
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const shares = classes.map((name) => (counts.get(name) ?? 0) / labels.length);
  const independent = Math.max(1, (labels.length * (1 - correlation(runs, shares))) / (1 + correlation(runs, shares)));
  return shares.map((share) => wilson(share * independent, independent));
}

/** Of a reading with the next, over all classes, 0..1; 1 where the label never changed. */
function correlation(runs: readonly (readonly string[])[], shares: readonly number[]): number {
  const expected = shares.reduce((sum, share) => sum + share * share, 0);
  const pairs = runs.flatMap((run) => run.slice(1).map((label, index) => label === run[index]));
  if (pairs.length === 0 || expected === 1) return expected === 1 ? 1 : 0;
  const equal = pairs.filter(Boolean).length / pairs.length;
  return Math.min(Math.max((equal - expected) / (1 - expected), 0), 1);
}
