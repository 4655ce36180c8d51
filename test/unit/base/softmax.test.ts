import { describe, expect, it } from 'vitest';
import { argmax, softmax } from '../../../src/base/softmax.js';

describe('argmax', () => {
  it('takes the first of equally probable classes', () => {
    expect(argmax([0.2, 0.4, 0.4])).toBe(1);
    expect(argmax(Float32Array.of(-3, -2, -5))).toBe(1);
  });
});

describe('softmax', () => {
  it('sums to 1, keeps the order and survives large logits', () => {
    const probabilities = softmax(Float32Array.of(1000, 998, -1000));
    expect(probabilities.reduce((total, value) => total + value, 0)).toBeCloseTo(1, 12);
    expect(probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
    expect(argmax(probabilities)).toBe(0);
    expect([...softmax([1000, 1000])]).toEqual([0.5, 0.5]);
  });

  it('divides the logits by the temperature', () => {
    expect(softmax([Math.log(9), 0])[0]).toBeCloseTo(0.9, 12);
    expect(softmax([Math.log(9), 0], 2)[0]).toBeCloseTo(0.75, 12);
    expect(softmax([3, 1], 2)[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  });
});
