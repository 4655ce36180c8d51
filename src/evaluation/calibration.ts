/** Does a confidence of 80 % mean right in 80 % of cases? Guo et al., On Calibration of Modern Neural Networks, ICML 2017. */
import { clamp } from '../base/numbers.js';
import { Random } from '../base/random.js';
import { argmax, softmax } from '../base/softmax.js';
import { wilson, type Interval } from './intervals.js';
import { isCorrect, type Prediction } from './prediction.js';

/** Bins of equal width that the expected calibration error uses by custom. */
export const CALIBRATION_BINS = 15;

export interface ReliabilityBin {
  /** The bin holds confidences in (from, to]. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean confidence; null in an empty bin. */
  readonly confidence: number | null;
  /** Null in an empty bin. */
  readonly accuracy: Interval | null;
}

/** Confidence (probability of the predicted class) against accuracy, in bins of equal width. */
export function reliabilityBins(predictions: readonly Prediction[], bins = CALIBRATION_BINS): ReliabilityBin[] {
  const tally = Array.from({ length: bins }, () => ({ count: 0, right: 0, confidence: 0 }));
  for (const prediction of predictions) {
    const confidence = prediction.probabilities[argmax(prediction.probabilities)];
    const bin = tally[binOf(confidence, bins)];
    bin.count += 1;
    bin.right += isCorrect(prediction) ? 1 : 0;
    bin.confidence += confidence;
  }
  return tally.map(({ count, right, confidence }, index) => ({
    from: index / bins,
    to: (index + 1) / bins,
    count,
    confidence: count === 0 ? null : confidence / count,
    accuracy: count === 0 ? null : wilson(right, count),
  }));
}

/** Mean gap between confidence and accuracy, bins weighted by their images. 0 for an empty set. */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const count = bins.reduce((sum, bin) => sum + bin.count, 0);
  if (count === 0) return 0;
  return bins.reduce((sum, { count: images, confidence, accuracy }) => {
    if (confidence === null || accuracy === null) return sum;
    return sum + (images / count) * Math.abs(accuracy.value - confidence);
  }, 0);
}

const BOOTSTRAP_RESAMPLES = 1000;

/**
 * The expected calibration error with a percentile bootstrap interval (1,000 seeded resamples of the images). The estimate is biased upward
 * on small sets, and the interval with it: read it as an upper bound there.
 */
export function calibrationErrorInterval(predictions: readonly Prediction[], bins = CALIBRATION_BINS): Interval {
  const value = expectedCalibrationError(reliabilityBins(predictions, bins));
  const count = predictions.length;
  const confidences = predictions.map(({ probabilities }) => probabilities[argmax(probabilities)]);
  const gaps = predictions.map((prediction, index) => (isCorrect(prediction) ? 1 : 0) - confidences[index]);
  const places = confidences.map((confidence) => binOf(confidence, bins));
  const random = new Random(count);
  const errors = Array.from({ length: BOOTSTRAP_RESAMPLES }, () => {
    const sums = new Float64Array(bins);
    for (let draw = 0; draw < count; draw++) {
      const index = random.integer(count);
      sums[places[index]] += gaps[index];
    }
    return sums.reduce((sum, gap) => sum + Math.abs(gap), 0) / Math.max(count, 1);
  }).sort((first, second) => first - second);
  const rank = Math.floor(0.025 * BOOTSTRAP_RESAMPLES);
  return { value, low: errors[rank], high: errors[BOOTSTRAP_RESAMPLES - 1 - rank] };
}

/** Mean negative logarithm of the true class's probability, in nats. */
export function negativeLogLikelihood(
  logits: readonly ArrayLike<number>[],
  labels: readonly number[],
  temperature: number,
): number {
  const sum = logits.reduce((total, row, index) => {
    const probability = softmax(row, temperature)[labels[index]];
    return total - Math.log(Math.max(probability, Number.MIN_VALUE));
  }, 0);
  return sum / Math.max(logits.length, 1);
}

const TEMPERATURE_RANGE = [0.05, 20] as const;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const TEMPERATURE_PRECISION = 1e-5;

/**
 * The temperature that makes the labels most likely (temperature scaling). Fit it on validation data, never on the test set. Golden section
 * search over its logarithm: the likelihood has one maximum in 1 / T.
 *
 * @param logits one array a labelled image, before any temperature
 */
export function fitTemperature(logits: readonly ArrayLike<number>[], labels: readonly number[]): number {
  const loss = (logarithm: number) => negativeLogLikelihood(logits, labels, Math.exp(logarithm));
  let low = Math.log(TEMPERATURE_RANGE[0]);
  let high = Math.log(TEMPERATURE_RANGE[1]);
  let inner = high - GOLDEN * (high - low);
  let outer = low + GOLDEN * (high - low);
  let innerLoss = loss(inner);
  let outerLoss = loss(outer);
  while (high - low > TEMPERATURE_PRECISION) {
    if (innerLoss < outerLoss) {
      high = outer;
      [outer, outerLoss] = [inner, innerLoss];
      inner = high - GOLDEN * (high - low);
      innerLoss = loss(inner);
    } else {
      low = inner;
      [inner, innerLoss] = [outer, outerLoss];
      outer = low + GOLDEN * (high - low);
      outerLoss = loss(outer);
    }
  }
  return Math.exp((low + high) / 2);
}

function binOf(confidence: number, bins: number): number {
  return clamp(Math.ceil(confidence * bins) - 1, 0, bins - 1);
}
