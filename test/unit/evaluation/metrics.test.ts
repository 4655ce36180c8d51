import { describe, expect, it } from 'vitest';
import {
  accuracy,
  confusionMatrix,
  macroRecall,
  perClass,
  perClassIntervals,
} from '../../../src/evaluation/metrics.js';
import { predictionsFromCounts } from './support.js';

// 3 classes: a (10 images, 8 right), b (5 images, 2 right), c (no image, called 4 times).
const COUNTS = [
  [8, 1, 1],
  [0, 2, 3],
  [0, 0, 0],
];
const CLASSES = ['a', 'b', 'c'];

describe('metrics', () => {
  it('counts predictions by true and predicted class', () => {
    expect(confusionMatrix(predictionsFromCounts(COUNTS), 3)).toEqual(COUNTS);
  });

  it('measures accuracy over all images and recall over the classes that have some', () => {
    expect(accuracy(COUNTS).value).toBeCloseTo(10 / 15, 12);
    expect(macroRecall(COUNTS).value).toBeCloseTo((0.8 + 0.4) / 2, 12);
  });

  it('gives precision, recall and F1 by class, null where there is nothing to count', () => {
    const metrics = perClass(COUNTS, CLASSES);
    expect(metrics['a']).toEqual({ precision: 1, recall: 0.8, f1: expect.closeTo(16 / 18, 12) as number, n: 10 });
    expect(metrics['b']?.precision).toBeCloseTo(2 / 3, 12);
    expect(metrics['b']?.f1).toBeCloseTo((2 * (2 / 3) * 0.4) / (2 / 3 + 0.4), 12);
    expect(metrics['c']).toEqual({ precision: 0, recall: null, f1: 0, n: 0 });
    expect(perClass([[0]], ['x'])['x']).toEqual({ precision: null, recall: null, f1: null, n: 0 });
  });

  it('puts every interval around its value', () => {
    for (const { precision, recall, f1 } of Object.values(perClassIntervals(COUNTS, ['a', 'b']))) {
      for (const { value, low, high } of [precision, recall, f1]) {
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(high - low).toBeGreaterThan(0.1);
      }
    }
  });
});
