import { expect, test } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { mediansOfParts, trendOf } from '../../support/soak/trend.js';

const series = (count: number, value: (at: number) => number) =>
  Array.from({ length: count }, (_, at) => ({ minute: at / 10, value: value(at) }));

test('the slope and its interval are those of a textbook', () => {
  // 1 2 3 4 5 against 2 4 5 4 5 (after the warm-up of one): slope 0.6, standard error 0.28284, t(3) 3.182.
  const samples = [9, 2, 4, 5, 4, 5].map((value, at) => ({ minute: at, value }));
  const { slope, low, high, mean } = trendOf(samples);
  expect([mean, slope]).toEqual([4, expect.closeTo(0.6, 10)]);
  expect([low, high]).toEqual([expect.closeTo(0.6 - 3.182 * 0.28284, 3), expect.closeTo(0.6 + 3.182 * 0.28284, 3)]);
});

test('noise around a mean is flat, and a leak under the same noise is not', () => {
  const random = new Random(5);
  const noise = () => 4 * (random.next() - 0.5);
  expect(trendOf(series(120, () => 100 + noise())).isFlat).toBe(true);
  expect(trendOf(series(120, (at) => 100 + 0.1 * at + noise())).isFlat).toBe(false);
});

test('what grows while it warms up, falls, or grows by less than 2 % is flat', () => {
  expect(trendOf(series(40, (at) => Math.min(at, 10) * 10)).isFlat).toBe(true);
  expect(trendOf(series(40, (at) => 100 - at)).isFlat).toBe(true);
  expect(trendOf(series(40, (at) => 1000 + 0.1 * at)).isFlat).toBe(true);
  expect(trendOf(series(40, (at) => at)).isFlat).toBe(false);
});

test('every count that never moves is flat, 0 too', () => {
  for (const value of [0, 7])
    expect(trendOf(series(8, () => value))).toMatchObject({ slope: 0, growth: 0, isFlat: true });
  expect(() => trendOf(series(4, () => 1))).toThrow(RangeError);
});

test('the medians of parts leave outliers out, and still show what grows', () => {
  const random = new Random(6);
  // Load that comes for a while, now and then, and doubles every time.
  const loaded = (at: number) => (at % 11 < 4 ? 2 : 1) * (1 + random.next());
  expect(mediansOfParts(series(160, loaded), 16).map(({ value }) => value)).toHaveLength(16);
  expect(trendOf(mediansOfParts(series(160, loaded), 16)).isFlat).toBe(true);
  const outlier = series(160, (at) => (at > 154 ? 1000 : 10));
  expect(trendOf(outlier).isFlat).toBe(false);
  expect(trendOf(mediansOfParts(outlier, 16)).isFlat).toBe(true);
  expect(
    trendOf(
      mediansOfParts(
        series(160, (at) => 10 + at / 20),
        16,
      ),
    ).isFlat,
  ).toBe(false);
  expect(
    mediansOfParts(
      series(8, (at) => at),
      16,
    ),
  ).toHaveLength(8);
});
