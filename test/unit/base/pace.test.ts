import { expect, it } from 'vitest';
import { Pace } from '../../../src/base/pace.js';

/** How many of the frames of a camera are taken in a second. */
function taken(camera: number, perSecond: number, jitter: (frame: number) => number = () => 0): number {
  const pace = new Pace();
  let count = 0;
  for (let frame = 0; frame < camera; frame++) {
    const now = 1000 + (frame * 1000) / camera + jitter(frame);
    if (pace.wait(now) > 0) continue;
    pace.take(now, perSecond);
    count++;
  }
  return count;
}

it('takes as many as are wanted, or all where fewer come', () => {
  expect(taken(30, 15)).toBe(15);
  expect(taken(30, 15, (frame) => (frame % 3) * 2 - 2)).toBe(15);
  expect(taken(60, 25)).toBeGreaterThanOrEqual(24);
  expect(taken(60, 25)).toBeLessThanOrEqual(26);
  expect(taken(30, 50)).toBe(30);
  expect(taken(30, Number.POSITIVE_INFINITY)).toBe(30);
});

it('does not make up for a rest', () => {
  const pace = new Pace();
  pace.take(0, 10);
  expect(pace.wait(0)).toBe(100);
  pace.take(5000, 10);
  expect(pace.wait(5000)).toBeGreaterThan(0);
});
