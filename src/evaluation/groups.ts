/** Is the model as good for everybody? Accuracy by group, the largest gap, the equal-opportunity difference (Hardt et al. 2016), and whether they may be chance. */
import { groupBy } from '../base/groupBy.js';
import { differenceOfIndependent, wilson, type Interval } from './intervals.js';
import { permutationPValues, type Tally, type Unit } from './permutation.js';
import { isCorrect, type Prediction } from './prediction.js';

/** Group of an image by its name; null leaves it out. */
export type GroupOf = (name: string) => string | null;

/** Who is in an image, by its name; the image's own name where nobody says who is who. */
export type PersonOf = (name: string) => string;

export interface Gap {
  /** Highest minus lowest, with Newcombe's interval. The two are picked after looking, so the interval flatters the gap's certainty. */
  readonly difference: Interval;
  readonly highest: string;
  readonly lowest: string;
  /** How often chance alone, by which people are dealt to groups of the same sizes, makes a gap as wide (see permutation.ts). */
  readonly p: number;
}

export interface GroupMetrics {
  readonly n: number;
  readonly accuracy: Interval;
  /** Recall by class, for the classes that the group has images of. */
  readonly recall: Readonly<Record<string, Interval>>;
}

export interface GroupReport {
  readonly groups: Readonly<Record<string, GroupMetrics>>;
  /** How many people, or images where nobody says who is who, carry a group. */
  readonly people: number;
  /** Between the most and the least accurate group; null with fewer than two groups. */
  readonly largestGap: Gap | null;
  /** By class, the largest gap in recall between two groups that both have at least {@link MINIMUM_FOR_GAP} images of it. */
  readonly opportunityGaps: Readonly<Record<string, Gap>>;
  /** The largest of these gaps and its class; null where no class has two groups large enough. */
  readonly equalOpportunityDifference: (Gap & { readonly class: string }) | null;
}

/** A recall from fewer images says nothing about a group. */
export const MINIMUM_FOR_GAP = 10;

export function groupReport(
  predictions: readonly Prediction[],
  classes: readonly string[],
  groupOf: GroupOf,
  personOf: PersonOf = (name) => name,
): GroupReport {
  const members = groupBy(predictions, ({ name }) => groupOf(name));
  const names = [...members.keys()].sort();
  const proportion = (group: string, label?: number) => {
    const counted = members.get(group)!.filter((prediction) => label === undefined || prediction.label === label);
    return { n: counted.length, interval: wilson(counted.filter(isCorrect).length, counted.length) };
  };
  const groups = names.map((group): [string, GroupMetrics] => {
    const recall = classes.flatMap((name, label): [string, Interval][] => {
      const { n, interval } = proportion(group, label);
      return n === 0 ? [] : [[name, interval]];
    });
    const { n, interval } = proportion(group);
    return [group, { n, accuracy: interval, recall: Object.fromEntries(recall) }];
  });
  const units = unitsOf(members, names, personOf);
  const [ofAccuracy, ...ofRecall] = permutationPValues(units, names.length, [1, ...classes.map(() => MINIMUM_FOR_GAP)]);
  const opportunityGaps = classes.flatMap((name, label): [string, Gap][] => {
    const large = names.flatMap((group): [string, Interval][] => {
      const { n, interval } = proportion(group, label);
      return n < MINIMUM_FOR_GAP ? [] : [[group, interval]];
    });
    const gap = widestGap(large, ofRecall[label]);
    return gap === null ? [] : [[name, gap]];
  });
  const [widest] = opportunityGaps.toSorted(
    ([, first], [, second]) => second.difference.value - first.difference.value,
  );
  return {
    groups: Object.fromEntries(groups),
    people: units.length,
    largestGap: widestGap(
      groups.map(([group, metrics]) => [group, metrics.accuracy]),
      ofAccuracy,
    ),
    opportunityGaps: Object.fromEntries(opportunityGaps),
    equalOpportunityDifference: widest === undefined ? null : { class: widest[0], ...widest[1] },
  };
}

/** Column 0 counts all images of a person, the others those of a class. A person found in two groups is one in each. */
function unitsOf(
  members: ReadonlyMap<string, readonly Prediction[]>,
  names: readonly string[],
  personOf: PersonOf,
): Unit[] {
  return names.flatMap((name, group) =>
    [...groupBy(members.get(name)!, (prediction) => personOf(prediction.name)).values()].map((images) => {
      const byClass = [...groupBy(images, ({ label }) => label)].map(([label, ofClass]) => tally(label + 1, ofClass));
      return { group, tallies: [tally(0, images), ...byClass] };
    }),
  );
}

function tally(column: number, images: readonly Prediction[]): Tally {
  return { column, right: images.filter(isCorrect).length, n: images.length };
}

function widestGap(values: readonly (readonly [string, Interval])[], p: number): Gap | null {
  if (values.length < 2) return null;
  const ordered = values.toSorted(([, first], [, second]) => second.value - first.value);
  const [highest, best] = ordered[0];
  const [lowest, worst] = ordered.at(-1)!;
  return { difference: differenceOfIndependent(best, worst), highest, lowest, p };
}
