/** How often a model is right where it is surest: selective prediction. El-Yaniv and Wiener, JMLR 2010. */
import { argmax } from '../base/softmax.js';
import { wilson, type Interval } from './intervals.js';
import { isCorrect, type Prediction } from './prediction.js';

export interface SelectivePoint {
  /** The share of the images that are answered, the surest first, 0..1. */
  readonly coverage: number;
  /** The lowest confidence among them. */
  readonly confidence: number;
  /** Of the answered images. */
  readonly accuracy: Interval;
}

/** At how many shares, evenly spaced up to all images, the curve is read. */
export const SELECTIVE_POINTS = 20;

/** Accuracy of the surest images, from few to all of them; empty for no images. Images of one confidence keep their order. */
export function selectiveCurve(predictions: readonly Prediction[], points = SELECTIVE_POINTS): SelectivePoint[] {
  const sorted = predictions
    .map((prediction) => ({
      confidence: prediction.probabilities[argmax(prediction.probabilities)],
      right: isCorrect(prediction),
    }))
    .sort((first, second) => second.confidence - first.confidence);
  const rightUpTo: number[] = [];
  for (const { right } of sorted) rightUpTo.push((rightUpTo.at(-1) ?? 0) + (right ? 1 : 0));
  const counts = Array.from({ length: points }, (_, point) => Math.round(((point + 1) / points) * sorted.length));
  return [...new Set(counts)]
    .filter((count) => count > 0)
    .map((count) => ({
      coverage: count / sorted.length,
      confidence: sorted[count - 1].confidence,
      accuracy: wilson(rightUpTo[count - 1], count),
    }));
}
