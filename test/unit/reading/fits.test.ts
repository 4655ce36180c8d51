import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { argmax, softmax } from '../../../src/base/softmax.js';
import { temperatureFactor } from '../../../src/reading/doubt.js';
import { fitBalance } from '../../../src/reading/fitBalance.js';
import { fitDoubt, type JudgedFace } from '../../../src/reading/fitDoubt.js';
import { fitShares } from '../../../src/reading/fitShares.js';
import { fitUnclear } from '../../../src/reading/fitUnclear.js';
import type { CropMeasures } from '../../../src/reading/measures.js';
import { sharesOf } from '../../../src/reading/shares.js';

const GOOD: CropMeasures = { brightness: 0.5, contrast: 0.2, sharpness: -0.4, grain: -1.7, flat: 0.13 };

function drawClass(random: Random, probabilities: ArrayLike<number>): number {
  let left = random.next();
  for (let index = 0; index < probabilities.length; index++) {
    left -= probabilities[index];
    if (left < 0) return index;
  }
  return probabilities.length - 1;
}

describe('fitShares', () => {
  it('finds scale and bias again from shares that they made', () => {
    const random = new Random(1);
    const rows = Array.from({ length: 400 }, () => softmax([0, 1, 2].map(() => 2 * random.normal())));
    const truth = { scale: [0.5, 0.8, 0.6], bias: [0.3, -0.4, 0.1] };
    const votes = rows.map((row) => sharesOf(row, truth));
    const spec = fitShares(rows, votes);
    spec.scale.forEach((value, index) => expect(value).toBeCloseTo(truth.scale[index], 2));
    spec.bias.forEach((value, index) => expect(value).toBeCloseTo(truth.bias[index], 2));
  });

  it('expects as many votes for each class as were counted', () => {
    const random = new Random(2);
    const rows = Array.from({ length: 300 }, () => softmax([0, 1, 2].map(() => 3 * random.normal())));
    const votes = rows.map((row) => {
      const counts = [0, 0, 0];
      for (let rater = 0; rater < 10; rater++) counts[random.next() < 0.2 ? 2 : drawClass(random, row)] += 0.1;
      return counts;
    });
    const spec = fitShares(rows, votes);
    for (const index of [0, 1, 2]) {
      const sum = (values: readonly ArrayLike<number>[]) => values.reduce((total, row) => total + row[index], 0);
      expect(sum(rows.map((row) => sharesOf(row, spec))) / sum(votes)).toBeCloseTo(1, 2);
    }
  });
});

describe('fitBalance', () => {
  it('favours a rare class where that finds more of it than it costs', () => {
    const random = new Random(4);
    const frequencies = [90, 10];
    const faces = Array.from({ length: 4000 }, () => {
      const label = random.next() < 0.9 ? 0 : 1;
      const evidence = (label === 1 ? 1.5 : -1.5) + 1.2 * random.normal();
      return { label, row: softmax([0, 2 * evidence + Math.log(1 / 9)]) };
    });
    const rows = faces.map(({ row }) => row);
    const labels = faces.map(({ label }) => label);
    const balance = fitBalance(rows, labels, frequencies);
    expect(balance[1]).toBeGreaterThan(balance[0]);
    expect(balance[0] + balance[1]).toBeCloseTo(0, 12);
  });

  it('changes nothing where the frequencies are equal', () => {
    expect(fitBalance([[0.6, 0.4]], [0], [5, 5]).map(Math.abs)).toEqual([0, 0]);
  });
});

describe('fitDoubt', () => {
  /** Faces whose answers are as sure as ever and right by chance once the picture is blurred. */
  function faces(count: number, sharpness: number, isRight: number, random: Random): JudgedFace[] {
    return Array.from({ length: count }, () => ({
      logits: [4, 0],
      label: random.next() < isRight ? 0 : 1,
      measures: { ...GOOD, sharpness: sharpness + 0.05 * random.normal() },
      weight: 1,
    }));
  }

  it('makes confidence fall to the accuracy of blurred faces and leaves clean ones alone', () => {
    const random = new Random(5);
    const clean = faces(800, -0.4, 0.98, random);
    const quality = { ...fitDoubt(clean, faces(800, -1.2, 0.6, random), 1), unclear: 1 };
    const confidence = (measures: CropMeasures) => softmax([4, 0], temperatureFactor(measures, quality))[0];
    expect(confidence(GOOD)).toBeGreaterThan(0.96);
    expect(confidence({ ...GOOD, sharpness: -1.2 })).toBeCloseTo(0.6, 1);
    expect(argmax([confidence({ ...GOOD, sharpness: -1.2 }), 0.5])).toBe(0);
  });
});

describe('fitUnclear', () => {
  const random = new Random(6);
  const faces = Array.from({ length: 8000 }, () => {
    const doubt = 2 * random.next();
    return { doubt, right: random.next() < 1 - doubt / 2 };
  });

  it('finds the doubt at which faces are right less often than the level', () => {
    // Right with probability 1 - doubt / 2: 0.7 at 0.6. The first window that falls below it may be early.
    const unclear = fitUnclear(faces, [0, 0, 0], 0.7);
    expect(unclear).toBeGreaterThan(0.4);
    expect(unclear).toBeLessThan(0.65);
  });

  it('calls no more than one in a hundred clean faces unclear', () => {
    const clean = Array.from({ length: 1000 }, (_, index) => index / 500);
    const unclear = fitUnclear(faces, clean, 0.7);
    expect(clean.filter((doubt) => doubt >= unclear).length).toBeLessThanOrEqual(10);
  });

  it('is above every doubt seen where all are right', () => {
    const right = faces.map(({ doubt }) => ({ doubt, right: true }));
    expect(fitUnclear(right, [0], 0.7)).toBe(Math.max(...faces.map(({ doubt }) => doubt)));
  });
});
