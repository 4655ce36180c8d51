/** How ten raters would have divided: vector scaling (Guo et al., ICML 2017) of the logarithms of the probabilities, fitted to counted votes. */
import { softmax } from '../base/softmax.js';
import type { SharesSpec } from '../weights/manifest.js';

/** Keeps the logarithm of a probability that was rounded to 0 finite. */
const LEAST = 1e-12;

/** The share of raters who would name each class, sum 1. */
export function sharesOf(probabilities: ArrayLike<number>, { scale, bias }: SharesSpec): Float64Array {
  return softmax(
    Float64Array.from(probabilities, (value, index) => scale[index] * Math.log(Math.max(value, LEAST)) + bias[index]),
  );
}
