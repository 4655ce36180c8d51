import { describe, expect, it } from 'vitest';
import { differenceOfIndependent, meanOfIndependent, wilson } from '../../../src/evaluation/intervals.js';

describe('intervals', () => {
  it("gives Wilson's textbook values", () => {
    const eight = wilson(8, 10);
    expect(eight.value).toBe(0.8);
    expect(eight.low).toBeCloseTo(0.4902, 4);
    expect(eight.high).toBeCloseTo(0.9433, 4);
  });

  it('keeps a width at 0 and 1, and ends exactly there', () => {
    expect(wilson(0, 10)).toEqual({ value: 0, low: 0, high: expect.closeTo(0.2775, 4) as number });
    expect(wilson(10, 10).high).toBe(1);
    expect(wilson(10, 10).low).toBeCloseTo(0.7225, 4);
  });

  it('knows nothing from no observation', () => {
    expect(wilson(0, 0)).toEqual({ value: Number.NaN, low: 0, high: 1 });
  });

  it("gives Newcombe's published difference: 56/70 against 48/80", () => {
    const { value, low, high } = differenceOfIndependent(wilson(56, 70), wilson(48, 80));
    expect(value).toBeCloseTo(0.2, 12);
    expect(low).toBeCloseTo(0.0524, 4);
    expect(high).toBeCloseTo(0.3339, 4);
  });

  it('averages equal proportions with an interval narrower by the root of their number', () => {
    const part = wilson(50, 100);
    const mean = meanOfIndependent([part, part, part, part]);
    expect(mean.value).toBe(0.5);
    expect(mean.high - mean.value).toBeCloseTo((part.high - part.value) / 2, 12);
    expect(mean.value - mean.low).toBeCloseTo((part.value - part.low) / 2, 12);
  });
});
