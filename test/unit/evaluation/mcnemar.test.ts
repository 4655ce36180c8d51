import { describe, expect, it } from 'vitest';
import { comparePaired, mcnemar } from '../../../src/evaluation/mcnemar.js';
import { prediction } from './support.js';

describe('McNemar', () => {
  it('gives the exact and mid-p values of Fagerland, Lydersen and Laake (1 against 7)', () => {
    const { exactP, midP } = mcnemar(1, 7);
    expect(exactP).toBeCloseTo(0.0703125, 9);
    expect(midP).toBeCloseTo(0.0390625, 9);
  });

  it('is 1 where the two are wrong equally often, and where they never differ', () => {
    expect(mcnemar(5, 5)).toEqual({ exactP: 1, midP: 1 });
    expect(mcnemar(0, 0)).toEqual({ exactP: 1, midP: 1 });
  });

  it('does not overflow on thousands of images', () => {
    const { exactP, midP } = mcnemar(1400, 1600);
    // Normal approximation with continuity: z = 199 / sqrt(3000) = 3.633, p = 0.00028.
    expect(exactP).toBeGreaterThan(0.0002);
    expect(exactP).toBeLessThan(0.0004);
    expect(midP).toBeLessThan(exactP);
  });

  it('matches images by name, whatever their order', () => {
    const first = [prediction('x', 0, 0), prediction('y', 0, 1), prediction('z', 1, 1), prediction('only here', 0, 0)];
    const second = [prediction('z', 1, 0), prediction('y', 0, 1), prediction('x', 0, 0)];
    expect(comparePaired(first, second)).toMatchObject({
      n: 3,
      bothRight: 1,
      bothWrong: 1,
      onlyFirstRight: 1,
      onlySecondRight: 0,
      difference: { value: 1 / 3 },
    });
  });

  it('refuses evaluations without a common image', () => {
    expect(() => comparePaired([prediction('x', 0, 0)], [prediction('y', 0, 0)])).toThrow(
      expect.objectContaining({ code: 'data-empty' }) as Error,
    );
  });
});
