import { describe, expect, it } from 'vitest';
import { inPercent, linearScale, ticks } from '../../../src/components/ui/charts/axes.js';

describe('the axes of charts', () => {
  it('lay values out evenly, upward and downward, beyond their ends too', () => {
    const x = linearScale([10, 20], [100, 300]);
    expect([10, 15, 20, 25].map(x)).toEqual([100, 200, 300, 400]);
    const y = linearScale([0, 1], [120, 8]);
    expect([0, 0.5, 1].map(y)).toEqual([120, 64, 8]);
  });

  it('have ticks at both ends and evenly between', () => {
    expect(ticks([0, 1], 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(ticks([-2, 2], 2)).toEqual([-2, 0, 2]);
  });

  it('label fractions in whole per cent', () => {
    expect([0, 0.25, 0.125, 1].map(inPercent)).toEqual(['0', '25', '13', '100']);
  });
});
