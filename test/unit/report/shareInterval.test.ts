import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { wilson } from '../../../src/evaluation/intervals.js';
import { shareIntervals } from '../../../src/report/shareInterval.js';

const CLASSES = ['neutral', 'happiness'];
const SHARE = 0.3;

/** Two expressions that stay for a while: `stay` is the correlation of a reading with the next. */
function chain(length: number, stay: number, random: Random): string[] {
  const draw = () => (random.next() < SHARE ? 'happiness' : 'neutral');
  const labels = [draw()];
  while (labels.length < length) labels.push(random.next() < stay ? labels.at(-1)! : draw());
  return labels;
}

describe('the interval of a share of time', () => {
  it('holds the true share about as often as it says, where an interval for independent readings does not', () => {
    const random = new Random(14);
    let [held, naive] = [0, 0];
    const trials = 400;
    for (let trial = 0; trial < trials; trial++) {
      const labels = chain(1000, 0.9, random);
      const [, { low, high }] = shareIntervals([labels], CLASSES);
      const plain = wilson(labels.filter((label) => label === 'happiness').length, labels.length);
      held += Number(low <= SHARE && SHARE <= high);
      naive += Number(plain.low <= SHARE && SHARE <= plain.high);
    }
    expect(held / trials).toBeGreaterThan(0.91);
    expect(held / trials).toBeLessThan(0.99);
    expect(naive / trials).toBeLessThan(0.6);
  });

  it('is that of one reading where the expression never changed, and says nothing of nothing', () => {
    const [only] = shareIntervals([Array.from({ length: 500 }, () => 'neutral')], CLASSES);
    expect(only).toEqual(wilson(1, 1));
    expect(shareIntervals([], CLASSES)[0]).toMatchObject({ low: 0, high: 1 });
  });

  it('takes no pair of readings across a gap', () => {
    const together = shareIntervals([['neutral', 'neutral', 'happiness', 'happiness']], CLASSES)[0];
    const apart = shareIntervals(
      [
        ['neutral', 'happiness'],
        ['happiness', 'neutral'],
      ],
      CLASSES,
    )[0];
    expect(apart.high - apart.low).toBeLessThan(together.high - together.low);
  });
});
