/** Dividing few images so that each is left out once, and never beside its own kind: whole groups, else stretches of a take with a gap around them. */
import { groupBy } from '../../base/groupBy.js';
import { Random } from '../../base/random.js';

export interface FoldItem {
  /** Index of the class. */
  readonly label: number;
  /** A take, a person; null for an image of which nothing is known. */
  readonly group: string | null;
}

/**
 * `groups`: whole takes or people are left out; `blocks`: stretches of takes, because a class has but one take; `images`: single images, because no
 * groups are known.
 */
export type Division = 'groups' | 'blocks' | 'images';

/** Indices of items. */
export interface Fold {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

export interface Folds {
  readonly division: Division;
  /** Every item is in at most one test part; those of a class that cannot be divided are in none. */
  readonly folds: readonly Fold[];
}

const MOST_FOLDS = 5;
/** Images on both sides of a stretch that are left out of training, about half a second of a take. */
export const GAP = 2;

/** Items in the order in which they were taken. A class with a single image is always learned from. */
export function divideIntoFolds(items: readonly FoldItem[], seed: number): Folds {
  const units = unitsOf(items, seed);
  const whole = foldsOfUnits(items, units);
  if (whole !== null) {
    return { division: items.some(({ group }) => group !== null) ? 'groups' : 'images', folds: whole };
  }
  return { division: 'blocks', folds: foldsOfBlocks(items, seed) };
}

/** Groups, and images without one; the largest first, equals in random order. */
function unitsOf(items: readonly FoldItem[], seed: number): number[][] {
  const indices = items.map((_, index) => index);
  const groups = groupBy(indices, (index) => items[index].group);
  const alone = indices.filter((index) => items[index].group === null).map((index) => [index]);
  return new Random(seed).shuffle([...groups.values(), ...alone]).sort((a, b) => b.length - a.length);
}

/** Null where a class would have nothing to learn from in some fold. */
function foldsOfUnits(items: readonly FoldItem[], units: readonly number[][]): Fold[] | null {
  const classes = Math.max(...items.map(({ label }) => label)) + 1;
  const unitsByClass = countByClass(
    units.flatMap((unit) => [...new Set(unit.map((index) => items[index].label))]),
    classes,
  );
  const total = countByClass(
    items.map(({ label }) => label),
    classes,
  );
  if (unitsByClass.some((count, label) => count < 2 && total[label] > 1)) return null;
  const counts = Array.from({ length: Math.min(MOST_FOLDS, Math.max(...unitsByClass)) }, () =>
    countByClass([], classes),
  );
  const tests: number[][] = counts.map(() => []);
  for (const unit of units) {
    const labels = [...new Set(unit.map((index) => items[index].label))];
    if (labels.some((label) => total[label] === 1)) continue;
    const crowd = (fold: number) => Math.max(...labels.map((label) => counts[fold][label]));
    const best = tests.reduce((least, _, fold) => {
      const difference = crowd(fold) - crowd(least) || tests[fold].length - tests[least].length;
      return difference < 0 ? fold : least;
    }, 0);
    for (const index of unit) counts[best][items[index].label] += 1;
    tests[best].push(...unit);
  }
  const robbed = counts.some((fold) => fold.some((count, label) => count > 0 && count === total[label]));
  return robbed ? null : tests.filter((test) => test.length > 0).map((test) => without(items, test));
}

/** Stretches of every take; images without a group are dealt out one by one. */
function foldsOfBlocks(items: readonly FoldItem[], seed: number): Fold[] {
  const indices = items.map((_, index) => index);
  const sequences = [...groupBy(indices, (index) => `${items[index].group ?? ''}\n${items[index].label}`).values()];
  const folds: { readonly test: number[]; readonly gap: number[] }[] = Array.from({ length: MOST_FOLDS }, () => ({
    test: [],
    gap: [],
  }));
  for (const sequence of sequences) {
    const grouped = items[sequence[0]].group !== null;
    const parts = Math.min(MOST_FOLDS, sequence.length);
    if (parts < 2) continue;
    const ordered = grouped ? sequence : new Random(seed).shuffle(sequence);
    for (let part = 0; part < parts; part++) {
      const [from, to] = [part, part + 1].map((edge) => Math.round((edge * ordered.length) / parts));
      folds[part].test.push(...ordered.slice(from, to));
      if (grouped)
        folds[part].gap.push(...ordered.slice(Math.max(0, from - GAP), from), ...ordered.slice(to, to + GAP));
    }
  }
  return folds
    .filter(({ test }) => test.length > 0)
    .map(({ test, gap }) => without(items, test, keepSome(items, test, gap)));
}

/** A class that would lose its last image to the gap keeps it. */
function keepSome(items: readonly FoldItem[], test: readonly number[], gap: readonly number[]): readonly number[] {
  const out = new Set([...test, ...gap]);
  const left = new Set(items.flatMap(({ label }, index) => (out.has(index) ? [] : [label])));
  return gap.filter((index) => left.has(items[index].label));
}

function without(items: readonly FoldItem[], test: readonly number[], gap: readonly number[] = []): Fold {
  const out = new Set([...test, ...gap]);
  return { test, train: items.flatMap((_, index) => (out.has(index) ? [] : [index])) };
}

function countByClass(labels: readonly number[], classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels) counts[label] += 1;
  return counts;
}
