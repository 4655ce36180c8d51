/** Two models on the same images: McNemar's test asks whether the images on which just one of them is right are split evenly. */
import { TrainingError } from '../errors.js';
import { Z_95, type Interval } from './intervals.js';
import { isCorrect, type Prediction } from './prediction.js';

export interface PairedComparison {
  /** Images that both models saw. */
  readonly n: number;
  readonly bothRight: number;
  readonly bothWrong: number;
  readonly onlyFirstRight: number;
  readonly onlySecondRight: number;
  /** Accuracy of the first minus that of the second. */
  readonly difference: Interval;
  /** Two-sided exact binomial p-value. */
  readonly exactP: number;
  /** Two-sided mid-p value: less conservative, and the one to read (Fagerland, Lydersen and Laake 2013). */
  readonly midP: number;
}

/**
 * Compares image by image, matched by name.
 *
 * @throws TrainingError `data-empty` when the two have no image in common
 */
export function comparePaired(first: readonly Prediction[], second: readonly Prediction[]): PairedComparison {
  const others = new Map(second.map((prediction) => [prediction.name, prediction]));
  const counts = { bothRight: 0, bothWrong: 0, onlyFirstRight: 0, onlySecondRight: 0 };
  for (const prediction of first) {
    const other = others.get(prediction.name);
    if (other === undefined) continue;
    const right = isCorrect(prediction);
    const otherRight = isCorrect(other);
    if (right && otherRight) counts.bothRight += 1;
    else if (right) counts.onlyFirstRight += 1;
    else if (otherRight) counts.onlySecondRight += 1;
    else counts.bothWrong += 1;
  }
  const n = counts.bothRight + counts.bothWrong + counts.onlyFirstRight + counts.onlySecondRight;
  if (n === 0) {
    throw new TrainingError('data-empty', 'The two evaluations have no image in common. Run both on the same data.');
  }
  return {
    n,
    ...counts,
    difference: pairedDifference(counts.onlyFirstRight, counts.onlySecondRight, n),
    ...mcnemar(counts.onlyFirstRight, counts.onlySecondRight),
  };
}

/** Both p-values from the two discordant counts. Without any discordant image they are 1. */
export function mcnemar(onlyFirst: number, onlySecond: number): { readonly exactP: number; readonly midP: number } {
  const count = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  const logFactorials = logFactorialTable(count);
  const probability = (successes: number) =>
    Math.exp(logFactorials[count] - logFactorials[successes] - logFactorials[count - successes] - count * Math.LN2);
  let cumulative = 0;
  for (let successes = 0; successes <= fewer; successes++) cumulative += probability(successes);
  return { exactP: Math.min(1, 2 * cumulative), midP: Math.min(1, 2 * cumulative - probability(fewer)) };
}

/** Difference of paired proportions by Bonett and Price's adjusted Wald interval (2012): half a success and a failure added to each side. */
function pairedDifference(onlyFirst: number, onlySecond: number, n: number): Interval {
  const first = (onlyFirst + 1) / (n + 2);
  const second = (onlySecond + 1) / (n + 2);
  const centre = first - second;
  const half = Z_95 * Math.sqrt((first + second - centre * centre) / (n + 2));
  return {
    value: (onlyFirst - onlySecond) / n,
    low: Math.max(-1, centre - half),
    high: Math.min(1, centre + half),
  };
}

function logFactorialTable(largest: number): Float64Array {
  const table = new Float64Array(largest + 1);
  for (let value = 2; value <= largest; value++) table[value] = table[value - 1] + Math.log(value);
  return table;
}
