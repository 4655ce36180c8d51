/**
 * Could a gap between groups be chance? Group labels are dealt anew among the people (or, where nobody says who is who, the images), and the widest gap is
 * looked for again each time (Fisher's randomisation test). Picking the widest is thereby part of the test, and images of one person stay together.
 */
import { Random } from '../base/random.js';

/** What carries one group label: a person with all images, or one image. */
export interface Unit {
  /** Index of the group. */
  readonly group: number;
  /** Right answers and images by column; columns that are left out have none. */
  readonly tallies: readonly Tally[];
}

export interface Tally {
  readonly column: number;
  readonly right: number;
  readonly n: number;
}

/** Further rounds change the third digit of a p-value. */
const ROUNDS = 2000;
/** The same on every run. */
const SEED = 20_261_201;

/**
 * By column, how often a gap at least as wide comes up by chance: (1 + such rounds) / (1 + rounds), which is never 0 (Phipson and Smyth 2010).
 *
 * @param minimums by column, how many images a group needs to take part
 */
export function permutationPValues(
  units: readonly Unit[],
  groupCount: number,
  minimums: readonly number[],
): readonly number[] {
  const groups = units.map(({ group }) => group);
  const observed = widestGaps(units, groups, groupCount, minimums);
  const random = new Random(SEED);
  const atLeast = minimums.map(() => 1);
  for (let round = 0; round < ROUNDS; round++) {
    const gaps = widestGaps(units, random.shuffle(groups), groupCount, minimums);
    // Sums of the same fractions in another order differ by rounding.
    gaps.forEach((gap, column) => (atLeast[column] += Number(gap >= observed[column] - 1e-12)));
  }
  return atLeast.map((count) => count / (1 + ROUNDS));
}

function widestGaps(
  units: readonly Unit[],
  groups: readonly number[],
  groupCount: number,
  minimums: readonly number[],
): number[] {
  const right = new Float64Array(groupCount * minimums.length);
  const total = new Float64Array(groupCount * minimums.length);
  units.forEach(({ tallies }, unit) => {
    for (const tally of tallies) {
      const at = tally.column * groupCount + groups[unit];
      right[at] += tally.right;
      total[at] += tally.n;
    }
  });
  return minimums.map((minimum, column) => {
    let [highest, lowest] = [-Infinity, Infinity];
    for (let at = column * groupCount; at < (column + 1) * groupCount; at++) {
      if (total[at] < minimum) continue;
      highest = Math.max(highest, right[at] / total[at]);
      lowest = Math.min(lowest, right[at] / total[at]);
    }
    return Math.max(0, highest - lowest);
  });
}
