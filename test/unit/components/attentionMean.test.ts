import { expect, test } from 'vitest';
import { addAttention, meanAttention, partShares } from '../../../src/components/train/attention-mean.js';
import type { TupleProgress } from '../../../src/training/progress.js';

function tuple(...faces: readonly { readonly attention: number[][]; readonly mirrored?: boolean }[]): TupleProgress {
  return {
    kind: 'tuple',
    step: 1,
    side: 0,
    faces: faces.map(({ attention, mirrored = false }) => ({ id: 's1', label: 0, mirrored, pixels: null, attention })),
  };
}

test('the mean map is that of all faces of all steps, mirrored ones turned back, and still sums to 1', () => {
  const first = addAttention(null, tuple({ attention: [[1, 0, 0, 0]] }, { attention: [[1, 0, 0, 0]], mirrored: true }));
  const both = addAttention(first, tuple({ attention: [[0, 0, 0, 1]] }, { attention: [[0, 0, 1, 0]] }));
  expect(both).toMatchObject({ faces: 4, steps: 2 });
  expect(meanAttention(both!, 0)).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(meanAttention(first!, 0)).toEqual([0.5, 0.5, 0, 0]);
  // A run that compares nothing has no map.
  expect(addAttention(null, tuple({ attention: [] }))).toBeNull();
});

test('weight is given to the parts of an aligned face: the eyes of the template are eyes, its mouth is mouth', () => {
  const side = 7;
  const rowOf = (y: number) => Math.floor(y * side);
  const onRow = (row: number) =>
    Array.from({ length: side * side }, (_, at) => (Math.floor(at / side) === row ? 1 / side : 0));
  const heaviest = (weights: readonly number[]) => partShares(weights).toSorted((a, b) => b.share - a.share)[0].name;
  expect([heaviest(onRow(rowOf(0.4))), heaviest(onRow(rowOf(0.606))), heaviest(onRow(rowOf(0.778)))]).toEqual([
    'eyes',
    'nose and cheeks',
    'mouth and chin',
  ]);
  const even = partShares(Array.from({ length: side * side }, () => 1 / side ** 2));
  for (const part of even) expect(part.share).toBeCloseTo(part.even, 10);
  expect(even.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
});
