/** What a model said about one labelled image. */
import { argmax } from '../base/softmax.js';

export interface Prediction {
  /** Path or file name of the image; two models are compared image by image through it. */
  readonly name: string;
  /** Index of the true class. */
  readonly label: number;
  /** By class, summing to 1, in the order of the classes that the evaluation uses. */
  readonly probabilities: ArrayLike<number>;
}

export function isCorrect(prediction: Prediction): boolean {
  return argmax(prediction.probabilities) === prediction.label;
}
