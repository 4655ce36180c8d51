import { describe, expect, it } from 'vitest';
import { plausibleClasses, fitThreshold } from '../../../src/reading/plausible.js';
import { balanced, unbalanced } from '../../../src/reading/prior.js';
import { readFace } from '../../../src/reading/read.js';
import { sharesOf } from '../../../src/reading/shares.js';
import { Random } from '../../../src/base/random.js';

const classes = ['calm', 'glad', 'sad'];

describe('sharesOf', () => {
  it('scales the logarithms of the probabilities and sums to 1', () => {
    // exp(0.5 ln 0.64) : exp(0.5 ln 0.36) = 8 : 6
    const shares = sharesOf([0.64, 0.36], { scale: [0.5, 0.5], bias: [0, 0] });
    expect(shares[0]).toBeCloseTo(8 / 14, 12);
    expect(shares[1]).toBeCloseTo(6 / 14, 12);
  });

  it('gives a class more by its bias, and stays finite for a probability of 0', () => {
    const shares = sharesOf([0.5, 0.5, 0], { scale: [1, 1, 1], bias: [Math.log(3), 0, 0] });
    expect(shares[0]).toBeCloseTo(0.75, 9);
    expect(shares[2]).toBeGreaterThanOrEqual(0);
    expect([...shares].every(Number.isFinite)).toBe(true);
  });
});

describe('plausibleClasses', () => {
  it('names every class of at least the threshold, the likeliest first', () => {
    expect(plausibleClasses([0.3, 0.1, 0.6], { coverage: 0.9, threshold: 0.3 })).toEqual([2, 0]);
  });

  it('is never empty', () => {
    expect(plausibleClasses([0.3, 0.36, 0.34], { coverage: 0.9, threshold: 0.5 })).toEqual([1]);
  });
});

describe('fitThreshold', () => {
  it('covers 90 % of further faces, not only of those it was fitted on', () => {
    const random = new Random(3);
    const draw = (count: number) => Array.from({ length: count }, () => random.next() ** 0.2);
    const threshold = fitThreshold(draw(2000), 0.9);
    const covered = draw(20_000).filter((truth) => truth >= threshold).length / 20_000;
    expect(covered).toBeGreaterThan(0.88);
    expect(covered).toBeLessThan(0.92);
  });

  it('counts the conformal correction: of nine faces all must be covered', () => {
    const truths = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];
    expect(fitThreshold(truths, 0.9)).toBe(0.1);
    expect(fitThreshold([...truths, 0.05], 0.9)).toBe(0.05);
    expect(fitThreshold([...truths, 0.05, 0.04], 0.9)).toBe(0.04);
    expect(fitThreshold([...truths, ...truths, 0.05], 0.9)).toBe(0.1);
  });
});

describe('the balanced prior', () => {
  it('multiplies the odds of each class and can be undone', () => {
    const raised = balanced([0.8, 0.2], [0, Math.log(4)]);
    expect([...raised]).toEqual([0.5, 0.5]);
    const back = unbalanced(raised, [0, Math.log(4)]);
    expect(back[0]).toBeCloseTo(0.8, 12);
  });
});

describe('readFace', () => {
  const reading = {
    shares: { scale: [1, 1, 1], bias: [0, 0, 0] },
    plausible: { coverage: 0.9, threshold: 0.3 },
    balance: [-1, 0, 1],
  };

  it('says the same of a face under both priors: raters do not know of them', () => {
    const probabilities = [0.6, 0.1, 0.3];
    const trained = readFace(probabilities, { classes, reading }, 'trained');
    const other = readFace(balanced(probabilities, reading.balance), { classes, reading }, 'balanced');
    expect(trained.plausible).toEqual(['calm', 'sad']);
    expect(other.plausible).toEqual(['calm', 'sad']);
    for (const name of classes) expect(other.shares?.[name]).toBeCloseTo(trained.shares?.[name] ?? Number.NaN, 12);
    expect(trained.shares?.['calm']).toBeCloseTo(0.6, 12);
  });

  it('says nothing for a model that was not calibrated', () => {
    expect(readFace([0.6, 0.1, 0.3], { classes }, 'trained')).toEqual({});
    expect(readFace([0.6, 0.1, 0.3], { classes, reading: {} }, 'balanced')).toEqual({});
  });
});
