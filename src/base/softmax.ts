/** From logits to an answer. */

/** Index of the largest value; of equal ones the first. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index] > values[best]) best = index;
  return best;
}

/** Probabilities of one row of logits, divided by the temperature first. */
export function softmax(logits: ArrayLike<number>, temperature = 1): Float64Array {
  const largest = logits[argmax(logits)];
  const powers = Float64Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
