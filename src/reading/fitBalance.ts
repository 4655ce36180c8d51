/** Chooses how much rare classes are favoured under the balanced prior. */
import { argmax } from '../base/softmax.js';
import { mean } from '../base/numbers.js';
import { balanced } from './prior.js';

/** Powers of the class frequencies that are tried; 1 is full logit adjustment. */
const POWERS = [0, 0.25, 0.5, 0.75, 1] as const;

/**
 * One number a class: minus the power of its training frequency that makes the sum of accuracy and macro recall largest, as logarithms with mean 0.
 *
 * @param probabilities one row a labelled face
 * @param frequencies training images of each class, all above 0
 */
export function fitBalance(
  probabilities: readonly ArrayLike<number>[],
  labels: readonly number[],
  frequencies: readonly number[],
): number[] {
  const logarithms = frequencies.map((count) => Math.log(count));
  const middle = mean(logarithms);
  const candidates = POWERS.map((power) => logarithms.map((value) => power * (middle - value)));
  const scores = candidates.map((balance) => score(probabilities, labels, balance));
  return candidates[argmax(scores)];
}

function score(
  probabilities: readonly ArrayLike<number>[],
  labels: readonly number[],
  balance: readonly number[],
): number {
  const right = probabilities.map((row, face) => Number(argmax(balanced(row, balance)) === labels[face]));
  const recalls = balance.flatMap((_, index) => {
    const own = right.filter((_hit, face) => labels[face] === index);
    return own.length === 0 ? [] : [mean(own)];
  });
  return mean(right) + mean(recalls);
}
