/** Logit adjustment (Menon et al., Long-tail Learning via Logit Adjustment, ICLR 2021): what a model says where rare expressions are to be found too. */

/** `trained`: expressions as frequent as in the training data. `balanced`: rare ones are called sooner, at a price among the common ones. */
export type Prior = 'trained' | 'balanced';

/** Probabilities under the balanced prior. `balance` is a manifest's: one number a class. Sum 1. */
export function balanced(probabilities: ArrayLike<number>, balance: readonly number[]): Float64Array {
  return reweigh(probabilities, (index) => Math.exp(balance[index]));
}

/** Undoes {@link balanced}. */
export function unbalanced(probabilities: ArrayLike<number>, balance: readonly number[]): Float64Array {
  return reweigh(probabilities, (index) => Math.exp(-balance[index]));
}

function reweigh(probabilities: ArrayLike<number>, weight: (index: number) => number): Float64Array {
  const raised = Float64Array.from(probabilities, (probability, index) => probability * weight(index));
  const sum = raised.reduce((total, value) => total + value, 0);
  return raised.map((value) => value / sum);
}
