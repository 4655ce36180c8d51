/** Dividing samples into training, validation and test: seeded, stratified by class, with whole groups kept together. */
import { groupBy } from '../base/groupBy.js';
import { Random } from '../base/random.js';
import { SPLITS, type Sample, type Split } from './sample.js';

export interface SplitOptions {
  /** Shares of the three splits; they are normalised. */
  readonly fractions: Readonly<Record<Split, number>>;
  readonly seed: number;
  /** Leave samples that have a split where they are. */
  readonly keepExisting?: boolean;
}

export const DEFAULT_FRACTIONS: Readonly<Record<Split, number>> = { train: 0.7, validation: 0.15, test: 0.15 };

/**
 * The samples with their splits set. Every class is spread over the splits as its size allows, a lone sample going to training; all samples of a
 * group land in one split, also when part of the group has one already.
 */
export function splitSamples(samples: readonly Sample[], options: SplitOptions): Sample[] {
  const total = SPLITS.reduce((sum, split) => sum + options.fractions[split], 0);
  const keepExisting = options.keepExisting ?? false;
  const wanted = new Map<string, Record<Split, number>>();
  for (const { label } of samples) {
    const missing = wanted.get(label) ?? { train: 0, validation: 0, test: 0 };
    for (const split of SPLITS) missing[split] += options.fractions[split] / total;
    wanted.set(label, missing);
  }
  const assigned = new Map<string, Split>();
  const place = (unit: readonly Sample[], split: Split) => {
    for (const sample of unit) {
      assigned.set(sample.id, split);
      wanted.get(sample.label)![split] -= 1;
    }
  };
  const open: (readonly Sample[])[] = [];
  for (const unit of units(samples)) {
    const kept = keepExisting ? unit.find(({ split }) => split !== null)?.split : null;
    if (kept === null || kept === undefined) open.push(unit);
    else place(unit, kept);
  }
  // Large groups first: they fit in fewest places, and the small ones then even things out.
  const order = new Random(options.seed).shuffle(open).sort((first, second) => second.length - first.length);
  for (const unit of order) place(unit, neediest(unit, wanted, options.fractions));
  return samples.map((sample) => ({ ...sample, split: assigned.get(sample.id) ?? sample.split }));
}

/** The groups, and every ungrouped sample alone. */
function units(samples: readonly Sample[]): Sample[][] {
  const groups = groupBy(samples, ({ group }) => group);
  const alone = samples.filter(({ group }) => group === null).map((sample) => [sample]);
  return [...groups.values(), ...alone];
}

function neediest(
  unit: readonly Sample[],
  wanted: ReadonlyMap<string, Readonly<Record<Split, number>>>,
  fractions: Readonly<Record<Split, number>>,
): Split {
  let best: Split = 'train';
  let bestNeed = -Infinity;
  for (const split of SPLITS) {
    if (fractions[split] === 0) continue;
    const need = unit.reduce((sum, { label }) => sum + wanted.get(label)![split], 0);
    if (need > bestNeed + 1e-9) [best, bestNeed] = [split, need];
  }
  return best;
}
