import { describe, expect, test } from 'vitest';
import { mean } from '../../../src/base/numbers.js';
import { Random } from '../../../src/base/random.js';

describe('random numbers', () => {
  test('a state taken up again gives the same numbers, and seeds differ', () => {
    const random = new Random(7);
    random.next();
    const { state } = random;
    const numbers = [random.next(), random.integer(10), random.next()];
    const again = new Random(state);
    expect([again.next(), again.integer(10), again.next()]).toEqual(numbers);
    expect(new Random(8).next()).not.toBe(new Random(7).next());
  });

  test('draws are uniform and weights are kept', () => {
    const random = new Random(3);
    const counts = [0, 0, 0];
    for (let draw = 0; draw < 6000; draw++) counts[random.weighted([1, 0, 2])] += 1;
    expect(counts[1]).toBe(0);
    expect(counts[2] / counts[0]).toBeGreaterThan(1.8);
    expect(counts[2] / counts[0]).toBeLessThan(2.2);
  });

  test('normal draws have mean 0, deviation 1 and the tails of the normal distribution', () => {
    const random = new Random(11);
    const draws = Array.from({ length: 20_000 }, () => random.normal());
    expect(Math.abs(mean(draws))).toBeLessThan(0.02);
    expect(mean(draws.map((value) => value ** 2))).toBeCloseTo(1, 1);
    const beyond = draws.filter((value) => Math.abs(value) > 1.96).length / draws.length;
    expect(beyond).toBeGreaterThan(0.045);
    expect(beyond).toBeLessThan(0.055);
  });
});
