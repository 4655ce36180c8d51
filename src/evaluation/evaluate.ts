/** One evaluation from labelled files to report: what the command line and the Evaluate tab's worker both run. */
import { Random } from '../base/random.js';
import type { DecodeImage } from '../dataset/importImages.js';
import { conditionsReport, type DamagedPredictions } from './conditions.js';
import { meanOfViews } from '../reading/mirror.js';
import { STRENGTHS, type Corruption, type Strength } from './corruptions.js';
import { attributeGroups, peopleOf } from './attributes.js';
import type { GroupOf } from './groups.js';
import { lightGroups } from './light.js';
import { evaluationClasses, predictSamples, type EvaluatedModel, type ModelPrediction } from './predict.js';
import {
  buildDetails,
  buildReport,
  corruptionResult,
  mirroredReport,
  type CorruptionResult,
  type EvaluationReport,
} from './report.js';
import { readingsReport } from './readings.js';
import type { EvaluationSample } from './samples.js';

/** Where an evaluation stands. */
export interface EvaluationProgress {
  readonly stage: 'images' | 'mirror' | 'corruption';
  readonly corruption?: Corruption;
  readonly strength?: Strength;
  readonly done: number;
  readonly total: number;
}

export interface EvaluateOptions {
  readonly corruptions?: readonly Corruption[];
  /** How many images each corruption runs on; a seeded choice when there are more. All by default. */
  readonly corruptionImages?: number;
  /** Beside those that the data set itself tells. */
  readonly groups?: Readonly<Record<string, GroupOf>>;
  /** Adds what averaging every image with its mirror image gives: a second forward each. */
  readonly mirror?: boolean;
  /** Adds groups by light, see light.ts. */
  readonly light?: boolean;
  readonly details?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EvaluationProgress) => void;
}

export interface Evaluation {
  /** The model's classes, then labels of the data that it does not know. */
  readonly classes: readonly string[];
  readonly report: EvaluationReport;
  readonly predictions: readonly ModelPrediction[];
  readonly unreadable: readonly string[];
}

/** Choosing the images of the corruptions is the same on every run. */
const SUBSET_SEED = 20_250_101;

/**
 * Evaluates a model on the samples given. `duplicates` are the names that an earlier split holds too (see duplicates.ts).
 *
 * @throws what reading an image's bytes or the network throws; an aborted signal rejects with its reason
 */
export async function evaluate(
  model: EvaluatedModel,
  samples: readonly EvaluationSample[],
  duplicates: ReadonlySet<string>,
  decode: DecodeImage,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { groups, light = false, details = false, signal, onProgress } = options;
  const classes = evaluationClasses(model.manifest.classes, samples);
  const { predictions, unreadable, msPerImage } = await predictSamples(model, samples, classes, decode, {
    light,
    signal,
    onProgress: (done, total) => onProgress?.({ stage: 'images', done, total }),
  });
  const mirrored = await runMirrored(model, samples, classes, decode, predictions, options);
  const damaged = await runCorruptions(model, samples, classes, decode, options);
  const allGroups = { ...attributeGroups(samples), ...groups, ...(light ? lightGroups(predictions) : {}) };
  const report = buildReport({
    classes,
    predictions,
    duplicates,
    msPerImage,
    ...(mirrored === undefined ? {} : { mirrored }),
    readings: readingsReport(predictions, samples, classes, model.manifest),
    ...(damaged.length === 0 ? {} : { corruptions: curvesOf(damaged, classes.length) }),
    conditions: conditionsReport(predictions, damaged, model.manifest),
    ...(Object.keys(allGroups).length === 0 ? {} : { groups: allGroups, personOf: peopleOf(samples) }),
  });
  const full = details ? { ...report, details: buildDetails(predictions, classes) } : report;
  return { classes, report: full, predictions, unreadable };
}

async function runMirrored(
  model: EvaluatedModel,
  samples: readonly EvaluationSample[],
  classes: readonly string[],
  decode: DecodeImage,
  plain: readonly ModelPrediction[],
  { mirror = false, signal, onProgress }: EvaluateOptions,
): Promise<EvaluationReport['mirrored']> {
  if (!mirror) return undefined;
  const { predictions } = await predictSamples(model, samples, classes, decode, {
    mirror,
    signal,
    onProgress: (done, total) => onProgress?.({ stage: 'mirror', done, total }),
  });
  return mirroredReport(
    plain.map((prediction, index) => ({
      ...prediction,
      probabilities: meanOfViews(prediction.probabilities, predictions[index].probabilities),
    })),
    classes,
  );
}

async function runCorruptions(
  model: EvaluatedModel,
  samples: readonly EvaluationSample[],
  classes: readonly string[],
  decode: DecodeImage,
  { corruptions = [], corruptionImages = samples.length, signal, onProgress }: EvaluateOptions,
): Promise<DamagedPredictions[]> {
  const subset =
    corruptionImages >= samples.length ? samples : new Random(SUBSET_SEED).shuffle(samples).slice(0, corruptionImages);
  const damaged: DamagedPredictions[] = [];
  for (const corruption of corruptions) {
    for (const strength of STRENGTHS) {
      const { predictions } = await predictSamples(model, subset, classes, decode, {
        damage: { corruption, strength },
        signal,
        onProgress: (done, total) => onProgress?.({ stage: 'corruption', corruption, strength, done, total }),
      });
      damaged.push({ corruption, strength, predictions });
    }
  }
  return damaged;
}

function curvesOf(damaged: readonly DamagedPredictions[], classCount: number): EvaluationReport['corruptions'] {
  const curves: Partial<Record<Corruption, CorruptionResult[]>> = {};
  for (const { corruption, strength, predictions } of damaged) {
    (curves[corruption] ??= []).push(corruptionResult(corruption, strength, predictions, classCount));
  }
  return curves;
}
