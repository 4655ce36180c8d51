/**
 * The classes that an answer may be: a conformal prediction set (Sadinle, Lei and Wasserman, Least Ambiguous Set-Valued Classifiers, JASA 2019). Of all sets with
 * the same coverage it is the smallest on average.
 */
import type { PlausibleSpec } from '../weights/manifest.js';

/** Indices of the classes of at least the threshold, the most probable first; the most probable class always. */
export function plausibleClasses(probabilities: ArrayLike<number>, { threshold }: PlausibleSpec): number[] {
  const order = Array.from(probabilities, (_, index) => index).sort((a, b) => probabilities[b] - probabilities[a]);
  return order.filter((index, rank) => rank === 0 || probabilities[index] >= threshold);
}

/**
 * The threshold at which the sets hold the true class in `coverage` of further faces like these, with the conformal correction for their number.
 *
 * @param truths the probability of the true class, one a labelled face
 */
export function fitThreshold(truths: readonly number[], coverage: number): number {
  const sorted = [...truths].sort((a, b) => b - a);
  const rank = Math.min(Math.ceil((sorted.length + 1) * coverage), sorted.length);
  return sorted[rank - 1];
}
