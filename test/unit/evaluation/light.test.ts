import { describe, expect, it } from 'vitest';
import { lightGroups, lightOf } from '../../../src/evaluation/light.js';

/** A crop whose right and left halves (left and right in the picture) have one value each. */
function crop(right: number, left: number): Float32Array {
  return Float32Array.from({ length: 100 * 100 }, (_, index) => (index % 100 < 50 ? right : left));
}

describe('lightOf', () => {
  it('is the mean of both cheeks, and how far they differ', () => {
    const light = lightOf(crop(0.75, 0.25), 100, 1);
    expect(light.cheeks).toBeCloseTo(0.5, 6);
    expect(light.oneSided).toBeCloseTo(0.5, 6);
  });

  it('looks at the cheeks alone', () => {
    const face = crop(0.5, 0.5);
    // Hair, a moustache, a collar.
    face.fill(0, 0, 45 * 100);
    face.fill(1, 75 * 100);
    expect(lightOf(face, 100, 1)).toEqual({ cheeks: 0.5, oneSided: 0 });
  });
});

describe('lightGroups', () => {
  it('makes thirds of equal size, the darkest first', () => {
    const images = Array.from({ length: 30 }, (_, index) => ({
      name: `${index}`,
      light: { cheeks: index / 30, oneSided: 1 - index / 30 },
    }));
    const { 'luminance of the cheeks': byLuminance, 'light on the cheeks': bySide } = lightGroups(images);
    expect([byLuminance('0'), byLuminance('15'), byLuminance('29')]).toEqual([
      'darkest third',
      'middle third',
      'lightest third',
    ]);
    expect(bySide('0')).toBe('most one-sided third');
    const counts = images.filter(({ name }) => byLuminance(name) === 'middle third').length;
    expect(counts).toBe(10);
    expect(byLuminance('unknown')).toBeNull();
  });
});
