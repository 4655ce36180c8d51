/** Means over several draws of the images to learn from, measured on the same test images, with what both chances leave open. */
import { mean } from '../../src/base/numbers.js';
import { type Interval, Z_95 } from '../../src/evaluation/intervals.js';

/** 97.5 % quantiles of Student's t by degrees of freedom, from 1. */
const T_95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262] as const;

/** Of each draw a value for every test image: 1 where it was right, or the difference of two methods there. */
export type Draws = readonly (readonly number[])[];

/** Mean over images and draws with its 95 % interval: the variances of the images and of the draws add up. */
export function accuracyOverDraws(draws: Draws): Interval {
  return combine(draws, (values) => ({ value: mean(values), error: variance(values) / values.length }));
}

/** The same of the mean over classes. @param labels class of each test image */
export function recallOverDraws(draws: Draws, labels: readonly number[]): Interval {
  const classes = [...new Set(labels)].map((label) =>
    labels.flatMap((other, index) => (other === label ? [index] : [])),
  );
  return combine(draws, (values) => {
    const parts = classes.map((own) => own.map((index) => values[index]));
    return {
      value: mean(parts.map(mean)),
      error: parts.reduce((sum, part) => sum + variance(part) / part.length, 0) / parts.length ** 2,
    };
  });
}

/** Image by image, the first minus the second. */
export function differences(first: Draws, second: Draws): Draws {
  return first.map((values, draw) => values.map((value, index) => value - second[draw][index]));
}

function combine(
  draws: Draws,
  estimate: (values: readonly number[]) => { readonly value: number; readonly error: number },
): Interval {
  const byImage = draws[0].map((_, index) => mean(draws.map((values) => values[index])));
  const { value, error } = estimate(byImage);
  const between = variance(draws.map((values) => estimate(values).value)) / draws.length;
  const t = draws.length > 1 ? T_95[Math.min(draws.length - 1, T_95.length) - 1] : 0;
  const half = Math.sqrt(Z_95 ** 2 * error + t ** 2 * between);
  return { value, low: value - half, high: value + half };
}

/** Of a sample; 0 of fewer than two values. */
function variance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}
