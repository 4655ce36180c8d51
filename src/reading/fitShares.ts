/** Fits the shares of raters to counted votes. */
import type { SharesSpec } from '../weights/manifest.js';
import { sharesOf } from './shares.js';

/** Where the search begins; raters differ more than a sharpened softmax. */
const FIRST_SCALE = 0.7;
const ROUNDS = 3000;
const RATE = 0.02;
/** Adam's usual decays. */
const DECAY = [0.9, 0.999] as const;
const LEAST = 1e-12;
const LOWEST_SCALE = 0.01;

/**
 * Scale and bias that give the votes the least cross-entropy: a convex problem, solved by Adam over all faces at once with a rate that falls to 0.
 *
 * @param probabilities one row a face
 * @param votes the shares of votes of the same faces, each row summing to 1
 */
export function fitShares(
  probabilities: readonly ArrayLike<number>[],
  votes: readonly ArrayLike<number>[],
): SharesSpec {
  const count = probabilities[0].length;
  const logarithms = probabilities.map((row) => Float64Array.from(row, (value) => Math.log(Math.max(value, LEAST))));
  const values = new Float64Array(2 * count).fill(FIRST_SCALE, 0, count);
  const means = new Float64Array(2 * count);
  const squares = new Float64Array(2 * count);
  for (let round = 1; round <= ROUNDS; round++) {
    const gradient = new Float64Array(2 * count);
    const spec = specOf(values, count);
    probabilities.forEach((row, face) => {
      const shares = sharesOf(row, spec);
      for (let index = 0; index < count; index++) {
        const error = (shares[index] - votes[face][index]) / probabilities.length;
        gradient[index] += error * logarithms[face][index];
        gradient[count + index] += error;
      }
    });
    const rate = RATE * (1 - (round - 1) / ROUNDS);
    gradient.forEach((slope, index) => {
      means[index] += (1 - DECAY[0]) * (slope - means[index]);
      squares[index] += (1 - DECAY[1]) * (slope * slope - squares[index]);
      const mean = means[index] / (1 - DECAY[0] ** round);
      const size = Math.sqrt(squares[index] / (1 - DECAY[1] ** round));
      values[index] -= (rate * mean) / (size + Number.EPSILON);
      if (index < count) values[index] = Math.max(values[index], LOWEST_SCALE);
    });
  }
  return specOf(values, count);
}

/** Of equal answers the one whose biases have mean 0. */
function specOf(values: Float64Array, count: number): SharesSpec {
  const bias = values.subarray(count);
  const mean = bias.reduce((sum, value) => sum + value, 0) / count;
  return { scale: [...values.subarray(0, count)], bias: [...bias].map((value) => value - mean) };
}
