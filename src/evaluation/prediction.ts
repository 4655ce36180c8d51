/** What a model said about one labelled image. */

export interface Prediction {
  /** Path or file name of the image; two models are compared image by image through it. */
  readonly name: string;
  /** Index of the true class. */
  readonly label: number;
  /** By class, summing to 1, in the order of the classes that the evaluation uses. */
  readonly probabilities: ArrayLike<number>;
}

/** Index of the largest value; of equal ones the first. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index] > values[best]) best = index;
  return best;
}

/** Probabilities of logits divided by a temperature. */
export function softmax(logits: ArrayLike<number>, temperature = 1): Float64Array {
  const scaled = Float64Array.from(logits, (logit) => logit / temperature);
  const largest = scaled.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let index = 0; index < scaled.length; index++) {
    scaled[index] = Math.exp(scaled[index] - largest);
    sum += scaled[index];
  }
  return scaled.map((value) => value / sum);
}

export function isCorrect(prediction: Prediction): boolean {
  return argmax(prediction.probabilities) === prediction.label;
}
