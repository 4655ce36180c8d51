/** Whether a data set suffices for a run whose figures mean something, class by class, and what is wanted next. */
import { SPLITS, type Sample, type Split } from './sample.js';
import { DEFAULT_FRACTIONS, splitSamples } from './split.js';
import { SPLIT_OF, TAKE_PURPOSES, type TakePurpose } from './takes.js';

/** The seed with which what has no split yet is divided where nobody names another. */
export const DEFAULT_SPLIT_SEED = 1;

export interface ClassReadiness {
  readonly name: string;
  /** Images by split, after those without one are divided. */
  readonly counts: Readonly<Record<Split, number>>;
  /** Groups (takes, people) that its images come from, and images that belong to none. */
  readonly groups: number;
  readonly ungrouped: number;
}

/** A take that would help most. */
export interface WantedTake {
  readonly name: string;
  readonly purpose: TakePurpose;
}

/** Fewer images than this ask for a take. */
const ENOUGH: Readonly<Record<TakePurpose, number>> = { learn: 10, check: 4, test: 5 };

/** @param classes names with the labels that they gather */
export function readinessOf(
  samples: readonly Sample[],
  classes: Readonly<Record<string, readonly string[]>>,
  seed = DEFAULT_SPLIT_SEED,
): ClassReadiness[] {
  const planned = splitSamples(samples, { fractions: DEFAULT_FRACTIONS, seed, keepExisting: true });
  return Object.entries(classes).map(([name, labels]) => {
    const own = planned.filter(({ label }) => labels.includes(label));
    const count = (split: Split) => own.filter((sample) => sample.split === split).length;
    const grouped = own.flatMap(({ group }) => (group === null ? [] : [group]));
    return {
      name,
      counts: { train: count('train'), validation: count('validation'), test: count('test') },
      groups: new Set(grouped).size,
      ungrouped: own.length - grouped.length,
    };
  });
}

export function imagesOf({ counts }: ClassReadiness): number {
  return SPLITS.reduce((sum, split) => sum + counts[split], 0);
}

/** What a class lacks first; null when it has all. */
export function wantedOf({ counts }: ClassReadiness): TakePurpose | null {
  return TAKE_PURPOSES.find((purpose) => counts[SPLIT_OF[purpose]] < ENOUGH[purpose]) ?? null;
}

/** The next take to ask for: all classes learn before any is checked, so that time passes between the takes of one class. Null when all is there. */
export function nextTake(classes: readonly ClassReadiness[]): WantedTake | null {
  for (const purpose of TAKE_PURPOSES) {
    const found = classes.find((readiness) => wantedOf(readiness) === purpose);
    if (found !== undefined) return { name: found.name, purpose };
  }
  return null;
}

/** Classes that no figure could be given for, because nothing of them is held out for the test. */
export function untested(classes: readonly ClassReadiness[]): readonly ClassReadiness[] {
  return classes.filter(({ counts }) => counts.test === 0);
}
