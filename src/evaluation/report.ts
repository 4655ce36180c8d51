/** The evaluation as a JSON document. */
import {
  calibrationErrorInterval,
  expectedCalibrationError,
  fitTemperature,
  reliabilityBins,
  type ReliabilityBin,
} from './calibration.js';
import type { ConditionsReport } from './conditions.js';
import { CORRUPTIONS, type Corruption, type Strength } from './corruptions.js';
import { groupReport, type GroupOf, type GroupReport, type PersonOf } from './groups.js';
import type { Interval } from './intervals.js';
import {
  accuracy,
  confusionMatrix,
  macroRecall,
  perClass,
  perClassIntervals,
  type ClassIntervals,
  type ClassMetrics,
  type ConfusionMatrix,
} from './metrics.js';
import type { ModelPrediction } from './predict.js';
import type { Prediction } from './prediction.js';
import type { ReadingsReport } from './readings.js';
import { selectiveCurve, type SelectivePoint } from './selective.js';

/** Fractions are 0..1, intervals 95 %. */
export interface EvaluationReport extends ReadingsReport {
  readonly n: number;
  readonly accuracy: Interval;
  /** Mean recall of the classes that have images. */
  readonly macroRecall: Interval;
  readonly perClass: Readonly<Record<string, ClassMetrics>>;
  /** Counts, true class by predicted class, both in the order of `perClass`. */
  readonly confusion: ConfusionMatrix;
  /** 15 bins of equal width. */
  readonly expectedCalibrationError: number;
  /** Without the images that an earlier split holds byte for byte. */
  readonly withoutDuplicates: { readonly n: number; readonly accuracy: Interval };
  /** Averaged with the mirror image: never part of the figures above. */
  readonly mirrored?: MirroredReport;
  /** Preprocessing and network. */
  readonly msPerImage: number;
  readonly corruptions?: Readonly<Partial<Record<Corruption, readonly CorruptionResult[]>>>;
  /** Confidence and clearness, on these images and on damaged ones; for models that doubt poor crops. */
  readonly conditions?: ConditionsReport;
  /** By attribute: of the data set, of the group file, of the light. */
  readonly groups?: Readonly<Record<string, GroupReport>>;
  readonly details?: EvaluationDetails;
}

export interface MirroredReport {
  readonly accuracy: Interval;
  readonly macroRecall: Interval;
  readonly expectedCalibrationError: number;
}

export interface CorruptionResult {
  readonly strength: Strength;
  /** In the unit that stands with its kind in {@link CORRUPTIONS}. */
  readonly level: number;
  readonly n: number;
  readonly accuracy: Interval;
  readonly macroRecall: Interval;
}

/** What the plain report leaves out: for model cards and the Evaluate tab. */
export interface EvaluationDetails {
  readonly perClass: Readonly<Record<string, ClassIntervals>>;
  readonly calibration: {
    readonly bins: readonly ReliabilityBin[];
    readonly error: Interval;
    /** What would make these labels most likely, from the model's own logits: use it on validation data only. */
    readonly bestTemperature: number | null;
  };
  /** Accuracy of the surest 5 %, 10 % ... of the images. */
  readonly selective: readonly SelectivePoint[];
}

export interface ReportParts {
  /** Classes of the evaluation, in the order of the probabilities. */
  readonly classes: readonly string[];
  readonly predictions: readonly Prediction[];
  readonly duplicates: ReadonlySet<string>;
  readonly msPerImage: number;
  readonly mirrored?: MirroredReport;
  readonly readings?: ReadingsReport;
  readonly corruptions?: EvaluationReport['corruptions'];
  readonly conditions?: ConditionsReport | undefined;
  readonly groups?: Readonly<Record<string, GroupOf>>;
  readonly personOf?: PersonOf;
}

/** Puts the document together. Key order is the order above. */
export function buildReport(parts: ReportParts): EvaluationReport {
  const {
    classes,
    predictions,
    duplicates,
    msPerImage,
    mirrored,
    readings,
    corruptions,
    conditions,
    groups,
    personOf,
  } = parts;
  const confusion = confusionMatrix(predictions, classes.length);
  const fresh = predictions.filter(({ name }) => !duplicates.has(name));
  return {
    n: predictions.length,
    accuracy: accuracy(confusion),
    macroRecall: macroRecall(confusion),
    perClass: perClass(confusion, classes),
    confusion,
    expectedCalibrationError: expectedCalibrationError(reliabilityBins(predictions)),
    withoutDuplicates: { n: fresh.length, accuracy: accuracy(confusionMatrix(fresh, classes.length)) },
    msPerImage,
    ...(mirrored === undefined ? {} : { mirrored }),
    ...readings,
    ...(corruptions === undefined ? {} : { corruptions }),
    ...(conditions === undefined ? {} : { conditions }),
    ...(groups === undefined ? {} : { groups: groupReports(predictions, classes, groups, personOf) }),
  };
}

/** The further figures. `bestTemperature` is null for predictions without logits and for labels that the model does not know. */
export function buildDetails(
  predictions: readonly (Prediction | ModelPrediction)[],
  classes: readonly string[],
): EvaluationDetails {
  const known = predictions.flatMap((prediction) =>
    'logits' in prediction && prediction.label < prediction.logits.length ? [prediction] : [],
  );
  return {
    perClass: perClassIntervals(confusionMatrix(predictions, classes.length), classes),
    calibration: {
      bins: reliabilityBins(predictions),
      error: calibrationErrorInterval(predictions),
      bestTemperature:
        known.length === 0
          ? null
          : fitTemperature(
              known.map(({ logits }) => logits),
              known.map(({ label }) => label),
            ),
    },
    selective: selectiveCurve(predictions),
  };
}

export function mirroredReport(predictions: readonly Prediction[], classes: readonly string[]): MirroredReport {
  const confusion = confusionMatrix(predictions, classes.length);
  return {
    accuracy: accuracy(confusion),
    macroRecall: macroRecall(confusion),
    expectedCalibrationError: expectedCalibrationError(reliabilityBins(predictions)),
  };
}

/** One point of a robustness curve. */
export function corruptionResult(
  corruption: Corruption,
  strength: Strength,
  predictions: readonly Prediction[],
  classCount: number,
): CorruptionResult {
  const confusion = confusionMatrix(predictions, classCount);
  return {
    strength,
    level: CORRUPTIONS[corruption].levels[strength - 1],
    n: predictions.length,
    accuracy: accuracy(confusion),
    macroRecall: macroRecall(confusion),
  };
}

function groupReports(
  predictions: readonly Prediction[],
  classes: readonly string[],
  groups: Readonly<Record<string, GroupOf>>,
  personOf: PersonOf | undefined,
): Record<string, GroupReport> {
  return Object.fromEntries(
    Object.entries(groups).map(([attribute, groupOf]) => [
      attribute,
      groupReport(predictions, classes, groupOf, personOf),
    ]),
  );
}
