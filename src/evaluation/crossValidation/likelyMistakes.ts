/**
 * Labels that are worth a second look: images that a classifier which never saw them takes for another class, and as surely as it is of that class's own
 * images (confident learning: Northcutt, Jiang and Chuang, JAIR 70, 2021).
 */
import { mean } from '../../base/numbers.js';
import { argmax } from '../../base/softmax.js';
import type { Prediction } from '../prediction.js';

export interface LikelyMistake {
  /** Of the image. */
  readonly id: string;
  /** Indices of classes. */
  readonly label: number;
  readonly predicted: number;
  /** Of the predicted class, 0..1. */
  readonly confidence: number;
}

/** The surest first. @param predictions each made without the image */
export function likelyMistakes(predictions: readonly Prediction[]): LikelyMistake[] {
  const usual = new Map<number, number>();
  for (const label of new Set(predictions.map((prediction) => prediction.label))) {
    const own = predictions.filter((prediction) => prediction.label === label);
    usual.set(label, mean(own.map(({ probabilities }) => probabilities[label])));
  }
  return predictions
    .flatMap(({ name, label, probabilities }): LikelyMistake[] => {
      const predicted = argmax(probabilities);
      const confidence = probabilities[predicted];
      if (predicted === label || confidence < (usual.get(predicted) ?? Infinity)) return [];
      return [{ id: name, label, predicted, confidence }];
    })
    .toSorted((a, b) => b.confidence - a.confidence);
}
