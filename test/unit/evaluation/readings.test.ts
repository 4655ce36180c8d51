import { describe, expect, it } from 'vitest';
import { conditionsReport } from '../../../src/evaluation/conditions.js';
import type { ModelPrediction } from '../../../src/evaluation/predict.js';
import { jensenShannonDistance, readingsReport } from '../../../src/evaluation/readings.js';
import type { EvaluationSample } from '../../../src/evaluation/samples.js';
import { Random } from '../../../src/base/random.js';
import { softmax } from '../../../src/base/softmax.js';

const classes = ['calm', 'glad'];
const good = { brightness: 0.5, contrast: 0.2, sharpness: -0.4, grain: -1.7, flat: 0.13 };

function predicted(name: string, label: number, calm: number): ModelPrediction {
  const logits = Float32Array.of(Math.log(calm), Math.log(1 - calm));
  return { name, label, probabilities: [calm, 1 - calm], logits, measures: good, light: { cheeks: 0.5, oneSided: 0 } };
}

function voted(name: string, calm: number, glad: number): EvaluationSample {
  return {
    name,
    label: 'calm',
    split: 'test',
    group: null,
    votes: { calm, glad },
    bytes: async () => new Uint8Array(1),
  };
}

describe('jensenShannonDistance', () => {
  it('is 0 for equal and 1 for disjoint distributions, and symmetric', () => {
    expect(jensenShannonDistance([0.3, 0.7], [0.3, 0.7])).toBe(0);
    expect(jensenShannonDistance([1, 0], [0, 1])).toBeCloseTo(1, 12);
    expect(jensenShannonDistance([0.9, 0.1], [0.2, 0.8])).toBe(jensenShannonDistance([0.2, 0.8], [0.9, 0.1]));
  });
});

describe('readingsReport', () => {
  const predictions = [predicted('a', 0, 0.9), predicted('b', 0, 0.45), predicted('c', 1, 0.7)];
  const samples = [voted('a', 9, 1), voted('b', 5, 5), voted('c', 0, 0)];
  const reading = {
    shares: { scale: [1, 1], bias: [0, 0] },
    plausible: { coverage: 0.9, threshold: 0.4 },
    balance: [0, Math.log(10)],
  };
  const report = readingsReport(predictions, samples, classes, { classes, reading });

  it('compares shares with votes, on images that have votes', () => {
    expect(report.shares?.n).toBe(2);
    expect(report.shares?.votes['calm'].expected).toBeCloseTo(0.9 + 0.45, 12);
    expect(report.shares?.votes['calm'].counted).toBeCloseTo(0.9 + 0.5, 12);
    expect(report.shares?.distance).toBeCloseTo(jensenShannonDistance([0.45, 0.55], [0.5, 0.5]) / 2, 6);
    expect(report.shares?.crossEntropy.least).toBeLessThan(report.shares?.crossEntropy.shares ?? 0);
  });

  it('counts how often sets hold the answer, and how large they are', () => {
    // a: calm; b: both; c: calm alone, and the answer is glad.
    expect(report.sets?.coverage.value).toBeCloseTo(2 / 3, 12);
    expect(report.sets?.meanSize).toBeCloseTo(4 / 3, 12);
    expect(report.sets?.sizes).toEqual([2, 1]);
    expect(report.sets?.perClass['glad'].value).toBe(0);
  });

  it('measures the labels under the balanced prior', () => {
    // The odds of glad times 10: a becomes glad (10 : 9), b and c too.
    expect(report.balanced?.accuracy.value).toBeCloseTo(1 / 3, 12);
    expect(report.balanced?.perClass['glad'].recall).toBe(1);
  });

  it('leaves out what a model does not say', () => {
    expect(readingsReport(predictions, samples, classes, { classes })).toEqual({});
  });
});

describe('conditionsReport', () => {
  const quality = {
    blurred: { from: 0.8, slope: 2 },
    smooth: { from: 9, slope: 0 },
    noisy: { from: 0, slope: 0 },
    covered: { from: 9, slope: 0 },
    faint: { from: 9, slope: 0 },
    unclear: 0.5,
  };
  const random = new Random(9);
  const clean = Array.from({ length: 500 }, (_, index) => predicted(`${index}`, random.next() < 0.9 ? 0 : 1, 0.9));
  /** As sure in the logits, right by half, and with the doubt in the probabilities. */
  const blurred = clean.map((prediction): ModelPrediction => ({
    ...prediction,
    label: random.next() < 0.6 ? 0 : 1,
    probabilities: softmax(prediction.logits, Math.exp(2 * 0.6)),
    measures: { ...good, sharpness: -1.4 },
  }));
  const report = conditionsReport(clean, [{ corruption: 'blur', strength: 5, predictions: blurred }], {
    temperature: 1,
    reading: { quality },
  });
  const point = report?.damaged.blur?.[0];

  it('tells clear from unclear', () => {
    expect(report?.undamaged.unclear.value).toBe(0);
    expect(point?.unclear.value).toBe(1);
  });

  it('counts wrong answers of high confidence, with and without the doubt', () => {
    expect(point?.withoutDoubt.confidentlyWrong.value).toBeGreaterThan(0.3);
    expect(point?.confidentlyWrong.value).toBe(0);
    expect(point?.misleading.value).toBe(0);
    expect(report?.undamaged.misleading.value).toBeCloseTo(report?.undamaged.confidentlyWrong.value ?? 0, 12);
  });

  it('does not hold against a model what it called unclear', () => {
    const sure = clean.map((prediction) => ({ ...prediction, measures: { ...good, sharpness: -1.4 } }));
    const figures = conditionsReport(sure, [], { temperature: 1, reading: { quality } })?.undamaged;
    expect(figures?.confidentlyWrong.value).toBeGreaterThan(0.05);
    expect(figures?.misleading.value).toBe(0);
  });

  it('says what calibration error chance alone would give', () => {
    // One bin of 500 answers at 0.9: the mean absolute gap is sqrt(0.9 * 0.1 * 2 / (500 pi)).
    expect(report?.undamaged.calibrationErrorByChance).toBeCloseTo(Math.sqrt((0.09 * 2) / (500 * Math.PI)), 6);
    expect(point?.withoutDoubt.calibrationError).toBeGreaterThan(0.2);
  });

  it('is absent for a model that doubts no crop', () => {
    expect(conditionsReport(clean, [], { temperature: 1 })).toBeUndefined();
  });
});
