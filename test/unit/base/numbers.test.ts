import { describe, expect, it } from 'vitest';
import { hashText } from '../../../src/base/hash.js';
import { clamp, correlation, mean, median, quantile } from '../../../src/base/numbers.js';

describe('numbers', () => {
  it('clamp keeps what lies between the limits', () => {
    expect([-1, 0.5, 3].map((value) => clamp(value, 0, 2))).toEqual([0, 0.5, 2]);
  });

  it('median and quantiles lie between the values where they must, whatever their order', () => {
    expect(median([10, 2, 1])).toBe(2);
    expect(median([10, 2, 1, 4])).toBe(3);
    expect(quantile([4, 0, 2, 6, 8], 0.9)).toBeCloseTo(7.2, 12);
    expect(mean([1, 2, 6])).toBe(3);
    expect([median([]), mean([])]).toEqual([Number.NaN, Number.NaN]);
  });

  it('correlation is 1 along a line, -1 down one, in between elsewhere, and nothing where a list does not vary', () => {
    expect(correlation([1, 2, 4], [5, 7, 11])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 4], [-1, -2, -4])).toBeCloseTo(-1, 12);
    expect(correlation([0, 0, 1, 1], [0, 1, 1, 1])).toBeCloseTo(1 / Math.sqrt(3), 12);
    expect(correlation([1, 1], [0, 1])).toBeNaN();
  });
});

describe('hashText', () => {
  it('is FNV-1a: the published values for ASCII, others with a seed', () => {
    expect(['', 'a', 'foobar'].map((text) => hashText(text))).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
    expect(hashText('a', 1)).not.toBe(hashText('a'));
  });
});
