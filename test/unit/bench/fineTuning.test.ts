/** The figures of the fine-tuning bench, and the document that holds them. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readRows } from '../../../bench/fineTuning/results.js';
import { accuracyOverDraws, differences, recallOverDraws } from '../../../bench/fineTuning/summary.js';
import { documentWith } from '../../../bench/fineTuning/tables.js';

describe('means over draws', () => {
  test('one draw has the interval of its images', () => {
    const { value, low, high } = accuracyOverDraws([[1, 1, 1, 0]]);
    expect(value).toBe(0.75);
    // The variance of the four values is 1/4.
    expect(high - value).toBeCloseTo(1.96 * Math.sqrt(1 / 4 / 4), 3);
    expect(value - low).toBeCloseTo(high - value, 12);
  });

  test('draws that disagree widen it by Student’s t', () => {
    const [first, second] = [
      [1, 1, 0, 0],
      [1, 1, 1, 1],
    ];
    const images = accuracyOverDraws([[1, 1, 0.5, 0.5]]);
    const both = accuracyOverDraws([first, second]);
    expect(both.value).toBe(0.75);
    const [alone, widened] = [images.high - images.value, both.high - both.value];
    // The accuracies 1/2 and 1 have the variance 1/8.
    expect(widened ** 2 - alone ** 2).toBeCloseTo(12.706 ** 2 * (1 / 8 / 2), 3);
  });

  test('of a recall every class counts alike, and differences are taken image by image', () => {
    const labels = [0, 0, 0, 1];
    expect(recallOverDraws([[1, 1, 1, 0]], labels).value).toBe(0.5);
    expect(
      differences(
        [
          [1, 0],
          [1, 1],
        ],
        [
          [0, 0],
          [1, 0],
        ],
      ),
    ).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

test('docs/fine-tuning.md holds the tables of bench/results/fineTuning.json', async () => {
  expect(await documentWith(await readRows())).toBe(await readFile('docs/fine-tuning.md', 'utf8'));
});
