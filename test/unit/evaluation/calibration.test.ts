import { describe, expect, it } from 'vitest';
import {
  calibrationErrorInterval,
  expectedCalibrationError,
  fitTemperature,
  reliabilityBins,
} from '../../../src/evaluation/calibration.js';
import { prediction } from './support.js';

/** `right` of `count` predictions are right, each made with this confidence. */
function block(confidence: number, right: number, count: number) {
  return Array.from({ length: count }, (_, index) =>
    prediction(`${confidence}-${index}`, index < right ? 0 : 1, 0, 2, confidence),
  );
}

describe('calibration', () => {
  it('is 0 for a model that is right as often as it says', () => {
    const bins = reliabilityBins([...block(0.75, 75, 100), ...block(0.9, 90, 100)]);
    expect(expectedCalibrationError(bins)).toBeCloseTo(0, 12);
  });

  it('weighs the gap of each bin by its images', () => {
    const bins = reliabilityBins([...block(0.9, 60, 100), ...block(0.6, 240, 300)]);
    expect(expectedCalibrationError(bins)).toBeCloseTo(0.25 * 0.3 + 0.75 * 0.2, 12);
    expect(bins).toHaveLength(15);
    expect(bins.filter(({ count }) => count > 0).map(({ from, to, count }) => [from, to, count])).toEqual([
      [8 / 15, 9 / 15, 300],
      [13 / 15, 14 / 15, 100],
    ]);
  });

  it('puts confidence 1 into the last bin', () => {
    expect(reliabilityBins(block(1, 1, 1)).at(-1)?.count).toBe(1);
  });

  it('finds the temperature that makes the confidence true', () => {
    // Logits 4 and 0 with 75 of 100 right: sigmoid(4 / T) = 0.75 at T = 4 / ln 3.
    const labels = Array.from({ length: 100 }, (_, index) => (index < 75 ? 0 : 1));
    const logits = labels.map(() => [4, 0]);
    expect(fitTemperature(logits, labels)).toBeCloseTo(4 / Math.log(3), 3);
  });

  it('gives the same bootstrap interval twice, around the error of a badly calibrated model', () => {
    const predictions = block(0.9, 60, 100);
    const interval = calibrationErrorInterval(predictions);
    expect(interval).toEqual(calibrationErrorInterval(predictions));
    expect(interval.value).toBeCloseTo(0.3, 12);
    // The error is |0.9 - p| with p binomial: standard deviation sqrt(0.6 x 0.4 / 100) = 0.049.
    expect(interval.low).toBeGreaterThan(0.17);
    expect(interval.low).toBeLessThan(0.24);
    expect(interval.high).toBeGreaterThan(0.36);
    expect(interval.high).toBeLessThan(0.43);
  });
});
