import { expect, test } from 'vitest';
import { alignColumns, megabytes, percent, pValue } from '../../../src/base/format.js';

test('figures are written the same everywhere', () => {
  expect([0.8539, 1, null, Number.NaN].map(percent)).toEqual(['85.4 %', '100.0 %', '–', '–']);
  expect([0.0312, 0.0004].map(pValue)).toEqual(['p = 0.031', 'p < 0.001']);
  expect(megabytes(3_140_000)).toBe('3.1 MB');
});

test('columns are as wide as their widest cell', () => {
  expect(
    alignColumns([
      ['class', 'images', ''],
      ['neutral', '7', ''],
    ]),
  ).toEqual(['class    images', 'neutral       7']);
});
