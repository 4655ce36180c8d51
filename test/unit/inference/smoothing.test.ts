import { describe, expect, it } from 'vitest';
import { Smoother } from '../../../src/inference/smoothing.js';

const row = (...values: number[]) => Float32Array.from(values);
const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);

describe('Smoother', () => {
  it('takes the first frame as it is', () => {
    const result = new Smoother().update(row(0.1, 0.7, 0.2), 0, 300);
    expect([...result.probabilities]).toEqual([...row(0.1, 0.7, 0.2)]);
    expect(result.label).toBe(1);
  });

  it('covers 63 % of a step in one time constant, however many frames that takes', () => {
    for (const step of [300, 30, 7.5]) {
      const smoother = new Smoother();
      smoother.update(row(1, 0), 0, 300);
      let last: Float32Array = row(1, 0);
      for (let time = step; time <= 300; time += step) last = smoother.update(row(0, 1), time, 300).probabilities;
      expect(last[1]).toBeCloseTo(1 - Math.exp(-1), 4);
      expect(sum(last)).toBeCloseTo(1, 5);
    }
  });

  it('passes every frame through with a time constant of 0', () => {
    const smoother = new Smoother();
    smoother.update(row(1, 0), 0, 0);
    const result = smoother.update(row(0.45, 0.55), 16, 0);
    expect([...result.probabilities]).toEqual([...row(0.45, 0.55)]);
    expect(result.label).toBe(1);
  });

  it('keeps the label while two classes take turns at the top', () => {
    const smoother = new Smoother();
    smoother.update(row(0.55, 0.45), 0, 100);
    const labels = Array.from({ length: 60 }, (_, index) => {
      const other = index % 2 === 0 ? 0.6 : 0.42;
      return smoother.update(row(1 - other, other), (index + 1) * 33, 100).label;
    });
    expect(new Set(labels)).toEqual(new Set([0]));
  });

  it('changes the label at once on a clear lead and after a while on a slight one', () => {
    const clear = new Smoother();
    clear.update(row(1, 0), 0, 50);
    expect(clear.update(row(0, 1), 200, 50).label).toBe(1);

    const slight = new Smoother();
    slight.update(row(0.9, 0.1), 0, 50);
    expect(slight.update(row(0.47, 0.53), 400, 50).label).toBe(0);
    expect(slight.update(row(0.47, 0.53), 700, 50).label).toBe(0);
    expect(slight.update(row(0.47, 0.53), 950, 50).label).toBe(1);
  });

  it('does not hand out what it goes on computing with', () => {
    const smoother = new Smoother();
    smoother.update(row(1, 0), 0, 300).probabilities.fill(7);
    expect(smoother.update(row(1, 0), 10, 300).probabilities[0]).toBeCloseTo(1, 6);
  });
});
