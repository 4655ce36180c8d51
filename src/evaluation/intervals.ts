/** Confidence intervals, 95 % throughout. All are closed forms, so that a report is the same on every run. */
import { mean } from '../base/numbers.js';

/** A measured fraction and the 95 % interval around it. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % quantile of the standard normal distribution. */
export const Z_95 = 1.959963984540054;

/**
 * Wilson's score interval for a proportion (Wilson 1927): stays inside 0..1 and is right for small counts too.
 * Without any observation the value is NaN and the interval is 0..1: nothing is known.
 */
export function wilson(successes: number, count: number): Interval {
  if (count === 0) return { value: Number.NaN, low: 0, high: 1 };
  const value = successes / count;
  const z2 = Z_95 * Z_95;
  const centre = (value + z2 / (2 * count)) / (1 + z2 / count);
  const half = (Z_95 / (1 + z2 / count)) * Math.sqrt((value * (1 - value)) / count + z2 / (4 * count * count));
  // At 0 and 1 the exact bound is the value itself; rounding would leave 1e-17 beside it.
  return {
    value,
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === count ? 1 : Math.min(1, centre + half),
  };
}

/**
 * Mean of independent proportions, each with its own interval, by MOVER (Zou and Donner, Statistics in Medicine 27, 2008): the
 * distances from value to limit add in squares. Unlike the delta method it has a width where a small class was all right or all wrong.
 */
export function meanOfIndependent(parts: readonly Interval[]): Interval {
  const count = parts.length;
  if (count === 0) return { value: Number.NaN, low: 0, high: 1 };
  const value = mean(parts.map((part) => part.value));
  const below = Math.hypot(...parts.map((part) => part.value - part.low)) / count;
  const above = Math.hypot(...parts.map((part) => part.high - part.value)) / count;
  return { value, low: Math.max(0, value - below), high: Math.min(1, value + above) };
}

/** `first - second` for independent proportions: Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, method 10). */
export function differenceOfIndependent(first: Interval, second: Interval): Interval {
  const value = first.value - second.value;
  return {
    value,
    low: value - Math.hypot(first.value - first.low, second.high - second.value),
    high: value + Math.hypot(first.high - first.value, second.value - second.low),
  };
}

/** The image of an interval under an increasing function. */
export function mapInterval(interval: Interval, increasing: (value: number) => number): Interval {
  return { value: increasing(interval.value), low: increasing(interval.low), high: increasing(interval.high) };
}
