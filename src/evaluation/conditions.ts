/** Does a model know when a picture is too poor? Its confidence and its clearness, on the images as they are and on damaged ones. */
import { argmax, softmax } from '../base/softmax.js';
import { mean } from '../base/numbers.js';
import { faultsOf } from '../reading/doubt.js';
import type { Manifest, QualitySpec } from '../weights/manifest.js';
import { CALIBRATION_BINS, expectedCalibrationError, reliabilityBins } from './calibration.js';
import type { Corruption, Strength } from './corruptions.js';
import { wilson, type Interval } from './intervals.js';
import type { ModelPrediction } from './predict.js';
import { isCorrect, type Prediction } from './prediction.js';

/** Wrong answers above this confidence are the ones that mislead. */
export const CONFIDENT = 0.8;

export interface ConfidenceFigures {
  /** 15 bins. */
  readonly calibrationError: number;
  /** What the calibration error of so many images would be if every confidence were exactly right: it never is 0. */
  readonly calibrationErrorByChance: number;
  /** Share of all images with a wrong answer above {@link CONFIDENT}. */
  readonly confidentlyWrong: Interval;
}

export interface ConditionFigures extends ConfidenceFigures {
  readonly n: number;
  /** Share of the images whose crop is called too poor to be read. */
  readonly unclear: Interval;
  /** Share of the images with a wrong answer above {@link CONFIDENT} that are not called unclear. */
  readonly misleading: Interval;
  /** What the same logits would say without the doubt. */
  readonly withoutDoubt: ConfidenceFigures;
}

export interface ConditionsReport {
  readonly undamaged: ConditionFigures;
  /** One entry a strength. */
  readonly damaged: Readonly<
    Partial<Record<Corruption, readonly (ConditionFigures & { readonly strength: Strength })[]>>
  >;
}

export interface DamagedPredictions {
  readonly corruption: Corruption;
  readonly strength: Strength;
  readonly predictions: readonly ModelPrediction[];
}

/** Undefined for a model that doubts no crop. */
export function conditionsReport(
  predictions: readonly ModelPrediction[],
  damaged: readonly DamagedPredictions[],
  { temperature, reading }: Pick<Manifest, 'temperature' | 'reading'>,
): ConditionsReport | undefined {
  const quality = reading?.quality;
  if (quality === undefined) return undefined;
  const curves: Partial<Record<Corruption, (ConditionFigures & { readonly strength: Strength })[]>> = {};
  for (const { corruption, strength, predictions: images } of damaged) {
    (curves[corruption] ??= []).push({ strength, ...figures(images, quality, temperature) });
  }
  return { undamaged: figures(predictions, quality, temperature), damaged: curves };
}

function figures(predictions: readonly ModelPrediction[], quality: QualitySpec, temperature: number): ConditionFigures {
  const unclear = predictions.map(({ measures }) => faultsOf(measures, quality).length > 0);
  const share = (hits: readonly boolean[]) => wilson(hits.filter(Boolean).length, hits.length);
  return {
    n: predictions.length,
    ...confidenceFigures(predictions),
    unclear: share(unclear),
    misleading: share(predictions.map((prediction, index) => isConfidentlyWrong(prediction) && !unclear[index])),
    withoutDoubt: confidenceFigures(
      predictions.map((prediction) => ({ ...prediction, probabilities: softmax(prediction.logits, temperature) })),
    ),
  };
}

function confidenceFigures(predictions: readonly Prediction[]): ConfidenceFigures {
  const wrong = predictions.filter(isConfidentlyWrong).length;
  return {
    calibrationError: expectedCalibrationError(reliabilityBins(predictions)),
    calibrationErrorByChance: errorByChance(predictions),
    confidentlyWrong: wilson(wrong, predictions.length),
  };
}

function isConfidentlyWrong(prediction: Prediction): boolean {
  return confidenceOf(prediction) > CONFIDENT && !isCorrect(prediction);
}

function confidenceOf({ probabilities }: Prediction): number {
  return probabilities[argmax(probabilities)];
}

/** The gap of a bin is about normal around 0 with the variance of its answers: its mean absolute value is the deviation times the root of 2 over pi. */
function errorByChance(predictions: readonly Prediction[]): number {
  const variances = new Float64Array(CALIBRATION_BINS);
  for (const prediction of predictions) {
    const confidence = confidenceOf(prediction);
    variances[Math.max(Math.ceil(confidence * CALIBRATION_BINS) - 1, 0)] += confidence * (1 - confidence);
  }
  const gaps = Array.from(variances, (variance) => Math.sqrt((2 * variance) / Math.PI));
  return predictions.length === 0 ? 0 : (mean(gaps) * CALIBRATION_BINS) / predictions.length;
}
