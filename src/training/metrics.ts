/** What is measured: on the way by epoch, and before and after on splits that were held out. */
import {
  accuracy,
  confusionMatrix,
  macroRecall,
  perClass,
  type ClassMetrics,
  type ConfusionMatrix,
} from '../evaluation/metrics.js';
import type { Interval } from '../evaluation/intervals.js';
import { argmax, softmax } from '../base/softmax.js';
import type { Prediction } from '../evaluation/prediction.js';
import type { TrainingSample } from './data/samples.js';

export interface SplitMetrics {
  readonly n: number;
  /** Mean cross-entropy against the targets. */
  readonly loss: number;
  readonly accuracy: Interval;
  readonly macroRecall: Interval;
  readonly confusion: ConfusionMatrix;
  readonly perClass: Readonly<Record<string, ClassMetrics>>;
  /** Index of the predicted class of every sample, in the split's order. */
  readonly predicted: readonly number[];
}

export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number;
  /** Steps done at its end. */
  readonly step: number;
  /** Mean over the epoch, [kinds, branches]: base losses, then cross losses. */
  readonly losses: readonly (readonly number[])[];
  /** Of all images that went through the base branch, as augmented. */
  readonly trainAccuracy: number;
  /** Null where no image is held out for validation. */
  readonly validation: SplitMetrics | null;
}

/** Measures logits [samples, classes], row by row, against the samples. Null without samples. */
export function measure(
  logits: Float32Array,
  samples: readonly TrainingSample[],
  classes: readonly string[],
): SplitMetrics | null {
  if (samples.length === 0) return null;
  let loss = 0;
  const predictions = samples.map(({ id, label, target }, row): Prediction => {
    const probabilities = softmax(logits.subarray(row * classes.length, (row + 1) * classes.length));
    for (let at = 0; at < target.length; at++) {
      if (target[at] > 0) loss -= target[at] * Math.log(Math.max(probabilities[at], Number.MIN_VALUE));
    }
    return { name: id, label, probabilities };
  });
  const confusion = confusionMatrix(predictions, classes.length);
  return {
    n: samples.length,
    loss: loss / samples.length,
    accuracy: accuracy(confusion),
    macroRecall: macroRecall(confusion),
    confusion,
    perClass: perClass(confusion, classes),
    predicted: predictions.map(({ probabilities }) => argmax(probabilities)),
  };
}

/** How many rows of logits [rows, classes] are largest at their label. */
export function countRight(logits: Float32Array, labels: readonly number[]): number {
  const classes = logits.length / labels.length;
  return labels.filter((label, row) => argmax(logits.subarray(row * classes, (row + 1) * classes)) === label).length;
}
