/** Accuracy and its relatives, all counted from one confusion matrix. */
import { argmax } from '../base/softmax.js';
import { mapInterval, meanOfIndependent, wilson, type Interval } from './intervals.js';
import type { Prediction } from './prediction.js';

/** Counts by true class (row) and predicted class (column). */
export type ConfusionMatrix = readonly (readonly number[])[];

/** What one class came to. Fractions are null where nothing was there to count. */
export interface ClassMetrics {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Images of the class. */
  readonly n: number;
}

/** The same with intervals: Wilson's for precision and recall; for F1 see {@link f1Interval}. */
export interface ClassIntervals {
  readonly precision: Interval;
  readonly recall: Interval;
  readonly f1: Interval;
  readonly n: number;
}

export function confusionMatrix(predictions: readonly Prediction[], classCount: number): ConfusionMatrix {
  const counts = Array.from({ length: classCount }, () => Array.from({ length: classCount }, () => 0));
  for (const { label, probabilities } of predictions) {
    const row = counts[label];
    row[argmax(probabilities)] += 1;
  }
  return counts;
}

export function accuracy(confusion: ConfusionMatrix): Interval {
  return wilson(
    confusion.reduce((sum, row, label) => sum + row[label], 0),
    confusion.reduce((sum, row) => sum + total(row), 0),
  );
}

/** Mean recall over the classes that have images, its interval by MOVER from the classes' Wilson intervals. */
export function macroRecall(confusion: ConfusionMatrix): Interval {
  const recalls = confusion.flatMap((row, label) => (total(row) === 0 ? [] : [wilson(row[label], total(row))]));
  return meanOfIndependent(recalls);
}

/** By class name, in the order of `classes`. */
export function perClass(confusion: ConfusionMatrix, classes: readonly string[]): Record<string, ClassMetrics> {
  const metrics = Object.entries(perClassIntervals(confusion, classes)).map(([name, { precision, recall, f1, n }]) => [
    name,
    { precision: defined(precision.value), recall: defined(recall.value), f1: defined(f1.value), n },
  ]);
  return Object.fromEntries(metrics) as Record<string, ClassMetrics>;
}

/** As {@link perClass} with 95 % intervals. */
export function perClassIntervals(
  confusion: ConfusionMatrix,
  classes: readonly string[],
): Record<string, ClassIntervals> {
  const intervals = classes.map((name, label): [string, ClassIntervals] => {
    const right = confusion[label][label];
    const n = total(confusion[label]);
    const predicted = confusion.reduce((sum, row) => sum + row[label], 0);
    return [
      name,
      {
        precision: wilson(right, predicted),
        recall: wilson(right, n),
        f1: f1Interval(right, n + predicted - right),
        n,
      },
    ];
  });
  return Object.fromEntries(intervals);
}

/**
 * F1 = 2 J / (1 + J) rises with the Jaccard index J = true positives / images that are or were called the class. J is a proportion, so its
 * Wilson interval carries over.
 */
function f1Interval(right: number, involved: number): Interval {
  return mapInterval(wilson(right, involved), (jaccard) => (2 * jaccard) / (1 + jaccard));
}

function total(row: readonly number[]): number {
  return row.reduce((sum, count) => sum + count, 0);
}

function defined(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
