import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  corrupt,
  CORRUPTION_NAMES,
  CORRUPTIONS,
  STRENGTHS,
  type Corruption,
  type Strength,
} from '../../../src/evaluation/corruptions.js';
import { mean } from '../../../src/base/numbers.js';
import type { PixelImage } from '../../../src/faces/image.js';
import { greyImage } from './support.js';

const flat = greyImage(48, 48, () => 120);
const pattern = greyImage(48, 48, (x, y) => 40 + ((x * 7 + y * 13) % 23) * 8);

function red({ data }: PixelImage): number[] {
  return Array.from({ length: data.length / 4 }, (_, pixel) => data[pixel * 4]);
}

function change(image: PixelImage, corruption: Corruption, strength: Strength): number {
  const damaged = red(corrupt(image, corruption, strength, 'name'));
  return Math.sqrt(mean(red(image).map((value, pixel) => (value - damaged[pixel]) ** 2)));
}

describe('corruptions', () => {
  it.each(CORRUPTION_NAMES)('%s stands in docs/evaluation.md with its levels', (name) => {
    const rows = readFileSync(join(import.meta.dirname, '../../../docs/evaluation.md'), 'utf8').split('\n');
    const row = rows.find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row).toMatch(new RegExp(` \\| ${CORRUPTIONS[name].levels.join(' ')} \\|$`));
  });

  it.each(CORRUPTION_NAMES)(
    '%s keeps size and transparency, leaves the picture alone and repeats itself',
    (corruption) => {
      const before = pattern.data.slice();
      const first = corrupt(pattern, corruption, 3, 'face.png');
      expect([first.width, first.height, first.data.length]).toEqual([48, 48, 48 * 48 * 4]);
      expect(first.data.every((value, index) => index % 4 !== 3 || value === 255)).toBe(true);
      expect(pattern.data).toEqual(before);
      expect(corrupt(pattern, corruption, 3, 'face.png').data).toEqual(first.data);
    },
  );

  // A pattern turned further is not further from itself; its own test is below.
  it.each(CORRUPTION_NAMES.filter((name) => name !== 'rotate'))('%s damages more with each strength', (corruption) => {
    const changes = STRENGTHS.map((strength) => change(pattern, corruption, strength));
    for (const strength of [1, 2, 3, 4]) expect(changes[strength]).toBeGreaterThan(changes[strength - 1]);
  });

  it.each(['blur', 'rotate', 'lowres'] as const)('%s leaves a flat picture flat', (corruption) => {
    expect(new Set(red(corrupt(flat, corruption, 5, 'name')))).toEqual(new Set([120]));
  });

  it.each(['noise', 'occlude'] as const)('%s differs from image to image', (corruption) => {
    expect(corrupt(pattern, corruption, 3, 'a').data).not.toEqual(corrupt(pattern, corruption, 3, 'b').data);
  });

  it('dark and bright change values by the factors they name', () => {
    expect(red(corrupt(flat, 'dark', 2, ''))[0]).toBe(60);
    expect(red(corrupt(flat, 'bright', 3, ''))[0]).toBe(Math.round(120 + 135 * 0.5));
  });

  it('noise has the standard deviation it names, and grey stays grey', () => {
    const large = greyImage(200, 200, () => 128);
    const noisy = corrupt(large, 'noise', 3, 'name');
    const values = red(noisy);
    const deviation = Math.sqrt(mean(values.map((value) => (value - 128) ** 2)));
    expect(deviation).toBeGreaterThan(CORRUPTIONS.noise.levels[2] - 1);
    expect(deviation).toBeLessThan(CORRUPTIONS.noise.levels[2] + 1);
    expect(
      values.every((value, pixel) => noisy.data[pixel * 4 + 1] === value && noisy.data[pixel * 4 + 2] === value),
    ).toBe(true);
  });

  it('occludes the area it names', () => {
    const hidden = red(corrupt(flat, 'occlude', 4, 'name')).filter((value) => value === 128).length / (48 * 48);
    expect(Math.abs(hidden - 0.23)).toBeLessThan(0.01);
  });

  it('turns a point by the angle it names, to either side', () => {
    const dot = greyImage(101, 101, (x, y) => (Math.hypot(x - 90, y - 50) < 3 ? 255 : 0));
    const angles = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => {
      const values = red(corrupt(dot, 'rotate', 5, name));
      const sum = values.reduce((total, value) => total + value, 0);
      const x = values.reduce((total, value, pixel) => total + value * (pixel % 101), 0) / sum - 50;
      const y = values.reduce((total, value, pixel) => total + value * Math.floor(pixel / 101), 0) / sum - 50;
      return (Math.atan2(y, x) * 180) / Math.PI;
    });
    for (const angle of angles) expect(Math.abs(Math.abs(angle) - 30)).toBeLessThan(0.5);
    expect(new Set(angles.map((angle) => Math.sign(angle)))).toEqual(new Set([-1, 1]));
  });

  it('lowres keeps the mean and removes fine detail', () => {
    const stripes = greyImage(48, 48, (x) => (x % 2 === 0 ? 100 : 140));
    const values = red(corrupt(stripes, 'lowres', 2, ''));
    expect(new Set(values)).toEqual(new Set([120]));
  });
});
