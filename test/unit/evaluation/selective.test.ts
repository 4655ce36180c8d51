import { describe, expect, it } from 'vitest';
import { selectiveCurve } from '../../../src/evaluation/selective.js';
import { prediction } from './support.js';

/** Images in the order of the file, each with its confidence and whether it is right. */
function answers(...all: readonly (readonly [confidence: number, right: boolean])[]) {
  return all.map(([confidence, right], index) => prediction(String(index), right ? 0 : 1, 0, 2, confidence));
}

describe('the curve of the surest answers', () => {
  it('takes images by their confidence, whatever their order, up to all of them', () => {
    const curve = selectiveCurve(answers([0.6, false], [0.95, true], [0.7, true], [0.8, false]), 4);
    expect(curve.map(({ coverage }) => coverage)).toEqual([0.25, 0.5, 0.75, 1]);
    expect(curve.map(({ accuracy }) => accuracy.value)).toEqual([1, 1 / 2, 2 / 3, 1 / 2]);
    expect(curve.map(({ confidence }) => confidence)).toEqual([0.95, 0.8, 0.7, 0.6]);
  });

  it('ends at the accuracy of the whole set, with an interval that narrows as images are added', () => {
    const many = answers(...Array.from({ length: 100 }, (_, index) => [1 - index / 250, index % 10 !== 0] as const));
    const curve = selectiveCurve(many);
    expect(curve).toHaveLength(20);
    expect(curve.at(-1)).toMatchObject({ coverage: 1, accuracy: { value: 0.9 } });
    const width = ({ accuracy }: (typeof curve)[number]) => accuracy.high - accuracy.low;
    expect(width(curve[19])).toBeLessThan(width(curve[4]));
  });

  it('has a point an image where there are fewer images than points, and none for none', () => {
    expect(selectiveCurve(answers([0.9, true], [0.8, true]))).toHaveLength(2);
    expect(selectiveCurve([])).toEqual([]);
  });
});
