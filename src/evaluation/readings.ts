/** What a model says beside its label, measured: shares against counted votes, sets against the true classes, and its labels under the balanced prior. */
import { argmax } from '../base/softmax.js';
import { plausibleClasses } from '../reading/plausible.js';
import { balanced } from '../reading/prior.js';
import { sharesOf } from '../reading/shares.js';
import type { Manifest, PlausibleSpec, SharesSpec } from '../weights/manifest.js';
import { wilson, type Interval } from './intervals.js';
import { accuracy, confusionMatrix, macroRecall, perClass, type ClassMetrics } from './metrics.js';
import type { ModelPrediction } from './predict.js';
import type { EvaluationSample } from './samples.js';

export interface SharesReport {
  /** Images with votes. */
  readonly n: number;
  /** Mean Jensen-Shannon distance (square root of the divergence in bits, 0..1) between shares and votes. */
  readonly distance: number;
  /** The same with the probabilities in the place of the shares. */
  readonly distanceOfProbabilities: number;
  /** Mean cross-entropy of the votes, nats: with the shares, with the probabilities, and the least possible, the votes' own entropy. */
  readonly crossEntropy: { readonly shares: number; readonly probabilities: number; readonly least: number };
  /** Images in which most votes are for the class with the largest share. */
  readonly agreement: Interval;
  /** By class: the sum of the shares over all images, and of the votes. */
  readonly votes: Readonly<Record<string, { readonly expected: number; readonly counted: number }>>;
}

export interface SetsReport {
  readonly n: number;
  /** Images whose set holds the true class. */
  readonly coverage: Interval;
  readonly meanSize: number;
  /** Images whose set has one class, two, and so on. */
  readonly sizes: readonly number[];
  readonly perClass: Readonly<Record<string, Interval>>;
}

export interface BalancedReport {
  readonly accuracy: Interval;
  readonly macroRecall: Interval;
  readonly perClass: Readonly<Record<string, ClassMetrics>>;
}

/** What a report says of the readings; a part is absent where the model does not give it or the data cannot judge it. */
export interface ReadingsReport {
  readonly shares?: SharesReport;
  readonly sets?: SetsReport;
  readonly balanced?: BalancedReport;
}

/** @param classes of the evaluation: the model's, then those that it does not know */
export function readingsReport(
  predictions: readonly ModelPrediction[],
  samples: readonly EvaluationSample[],
  classes: readonly string[],
  { classes: known, reading = {} }: Pick<Manifest, 'classes' | 'reading'>,
): ReadingsReport {
  const shares = reading.shares === undefined ? undefined : sharesReport(predictions, samples, known, reading.shares);
  return {
    ...(shares === undefined ? {} : { shares }),
    ...(reading.plausible === undefined ? {} : { sets: setsReport(predictions, classes, reading.plausible) }),
    ...(reading.balance === undefined ? {} : { balanced: balancedReport(predictions, classes, reading.balance) }),
  };
}

function balancedReport(
  predictions: readonly ModelPrediction[],
  classes: readonly string[],
  balance: readonly number[],
): BalancedReport {
  const offsets = classes.map((_, index) => balance[index] ?? 0);
  const confusion = confusionMatrix(
    predictions.map((prediction) => ({
      ...prediction,
      probabilities: balanced(prediction.probabilities, offsets),
    })),
    classes.length,
  );
  return {
    accuracy: accuracy(confusion),
    macroRecall: macroRecall(confusion),
    perClass: perClass(confusion, classes),
  };
}

/** Undefined where no image has votes. `classes` are the model's; `predictions` under the trained prior. */
export function sharesReport(
  predictions: readonly ModelPrediction[],
  samples: readonly EvaluationSample[],
  classes: readonly string[],
  spec: SharesSpec,
): SharesReport | undefined {
  const rows = withVotes(predictions, samples, classes).map(({ prediction, votes }) => {
    const probabilities = Array.from(classes, (_, index) => prediction.probabilities[index]);
    return { shares: sharesOf(probabilities, spec), probabilities, votes };
  });
  if (rows.length === 0) return undefined;
  const mean = (value: (row: (typeof rows)[number]) => number) =>
    rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
  return {
    n: rows.length,
    distance: mean(({ shares, votes }) => jensenShannonDistance(shares, votes)),
    distanceOfProbabilities: mean(({ probabilities, votes }) => jensenShannonDistance(probabilities, votes)),
    crossEntropy: {
      shares: mean(({ shares, votes }) => crossEntropy(votes, shares)),
      probabilities: mean(({ probabilities, votes }) => crossEntropy(votes, probabilities)),
      least: mean(({ votes }) => crossEntropy(votes, votes)),
    },
    agreement: wilson(rows.filter(({ shares, votes }) => argmax(shares) === argmax(votes)).length, rows.length),
    votes: Object.fromEntries(
      classes.map((name, index) => [
        name,
        {
          expected: rows.reduce((sum, { shares }) => sum + shares[index], 0),
          counted: rows.reduce((sum, { votes }) => sum + votes[index], 0),
        },
      ]),
    ),
  };
}

/** `classes` are the evaluation's: images of a class that the model does not know are never covered. */
export function setsReport(
  predictions: readonly ModelPrediction[],
  classes: readonly string[],
  spec: PlausibleSpec,
): SetsReport {
  const rows = predictions.map(({ label, probabilities }) => {
    const set = plausibleClasses(probabilities, spec);
    return { label, size: set.length, holds: set.includes(label) };
  });
  const covered = (part: typeof rows) => wilson(part.filter(({ holds }) => holds).length, part.length);
  return {
    n: rows.length,
    coverage: covered(rows),
    meanSize: rows.reduce((sum, { size }) => sum + size, 0) / rows.length,
    sizes: classes.map((_, index) => rows.filter(({ size }) => size === index + 1).length),
    perClass: Object.fromEntries(
      classes.map((name, index) => [name, covered(rows.filter(({ label }) => label === index))]),
    ),
  };
}

/** The shares of the votes for the model's classes; images without any such vote are left out. */
export function withVotes(
  predictions: readonly ModelPrediction[],
  samples: readonly EvaluationSample[],
  classes: readonly string[],
): { readonly prediction: ModelPrediction; readonly votes: readonly number[] }[] {
  const byName = new Map(samples.map(({ name, votes }) => [name, votes]));
  return predictions.flatMap((prediction) => {
    const counts = byName.get(prediction.name);
    if (counts === undefined) return [];
    const votes = classes.map((name) => counts[name] ?? 0);
    const sum = votes.reduce((total, count) => total + count, 0);
    return sum === 0 ? [] : [{ prediction, votes: votes.map((count) => count / sum) }];
  });
}

/** Square root of the Jensen-Shannon divergence to base 2: a metric, 0 for equal distributions, 1 for disjoint ones. */
export function jensenShannonDistance(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let divergence = 0;
  for (let index = 0; index < first.length; index++) {
    const middle = (first[index] + second[index]) / 2;
    for (const value of [first[index], second[index]]) {
      if (value > 0) divergence += (value * Math.log2(value / middle)) / 2;
    }
  }
  return Math.sqrt(Math.max(divergence, 0));
}

/** Nats; where the true share is 0 nothing is counted. */
function crossEntropy(truth: ArrayLike<number>, told: ArrayLike<number>): number {
  return Array.from(truth).reduce(
    (sum, share, index) => (share === 0 ? sum : sum - share * Math.log(Math.max(told[index], Number.MIN_VALUE))),
    0,
  );
}
