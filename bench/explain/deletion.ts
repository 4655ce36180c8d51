/** Whether an order of patches is true to the network: what its probability does as patches go, or come, in that order (Petsiuk et al., RISE, BMVC 2018). */
import { mean } from '../../src/base/numbers.js';
import { Random } from '../../src/base/random.js';

/** How many patches are hidden (deletion) or shown (insertion) at each point of a curve. */
export const STEPS: readonly number[] = [0, 5, 10, 20, 30, 40, 49];
/** A fifth of 49. */
export const FIFTH = 10;
/** Random fifths of each face. */
export const DRAWS = 3;
const RESAMPLES = 2000;

/** Mean of paired differences with its 95 % percentile bootstrap interval over faces. */
export interface Difference {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Share of the faces on which the first is larger. */
  readonly share: number;
  readonly n: number;
}

export function pairedDifference(first: readonly number[], second: readonly number[], seed = 1): Difference {
  const differences = first.map((value, index) => value - second[index]);
  const random = new Random(seed);
  const n = differences.length;
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let draw = 0; draw < n; draw++) sum += differences[Math.floor(random.next() * n)];
    return sum / n;
  }).sort((a, b) => a - b);
  const rank = Math.floor(0.025 * RESAMPLES);
  return {
    value: mean(differences),
    low: means[rank],
    high: means[RESAMPLES - 1 - rank],
    share: differences.filter((difference) => difference > 0).length / n,
    n,
  };
}

/** Patches, the largest value first. */
export function orderOf(values: ArrayLike<number>): number[] {
  return Array.from(values, (_, index) => index).sort((a, b) => values[b] - values[a]);
}

/** Area under a curve over the share of patches, by the trapezium rule. */
export function areaUnder(curve: readonly number[]): number {
  const last = STEPS[STEPS.length - 1];
  return STEPS.slice(1).reduce(
    (sum, step, index) => sum + (((curve[index] + curve[index + 1]) / 2) * (step - STEPS[index])) / last,
    0,
  );
}

/** Means over faces, point by point. */
export function meanCurve(curves: readonly (readonly number[])[]): number[] {
  return STEPS.map((_, point) => mean(curves.map((curve) => curve[point])));
}
