/** Is the model as good for everybody? Accuracy by group, the largest gap, and the equal-opportunity difference (Hardt et al. 2016). */
import { groupBy } from '../base/groupBy.js';
import { differenceOfIndependent, wilson, type Interval } from './intervals.js';
import { isCorrect, type Prediction } from './prediction.js';

/** Group of an image by its name; null leaves it out. */
export type GroupOf = (name: string) => string | null;

export interface Gap {
  /** Highest minus lowest, with Newcombe's interval. The two are picked after looking, so the interval flatters the gap's certainty. */
  readonly difference: Interval;
  readonly highest: string;
  readonly lowest: string;
}

export interface GroupMetrics {
  readonly n: number;
  readonly accuracy: Interval;
  /** Recall by class, for the classes that the group has images of. */
  readonly recall: Readonly<Record<string, Interval>>;
}

export interface GroupReport {
  readonly groups: Readonly<Record<string, GroupMetrics>>;
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
  const opportunityGaps = classes.flatMap((name, label): [string, Gap][] => {
    const large = names.flatMap((group): [string, Interval][] => {
      const { n, interval } = proportion(group, label);
      return n < MINIMUM_FOR_GAP ? [] : [[group, interval]];
    });
    const gap = widestGap(large);
    return gap === null ? [] : [[name, gap]];
  });
  const [widest] = opportunityGaps.toSorted(
    ([, first], [, second]) => second.difference.value - first.difference.value,
  );
  return {
    groups: Object.fromEntries(groups),
    largestGap: widestGap(groups.map(([group, metrics]) => [group, metrics.accuracy])),
    opportunityGaps: Object.fromEntries(opportunityGaps),
    equalOpportunityDifference: widest === undefined ? null : { class: widest[0], ...widest[1] },
  };
}

function widestGap(values: readonly (readonly [string, Interval])[]): Gap | null {
  if (values.length < 2) return null;
  const ordered = values.toSorted(([, first], [, second]) => second.value - first.value);
  const [highest, best] = ordered[0];
  const [lowest, worst] = ordered.at(-1)!;
  return { difference: differenceOfIndependent(best, worst), highest, lowest };
}
