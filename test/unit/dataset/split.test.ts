import { describe, expect, test } from 'vitest';
import { hashDistance, HashIndex, imageHash, NEAR_DUPLICATE_BITS } from '../../../src/dataset/imageHash.js';
import { Random } from '../../../src/base/random.js';
import type { Sample } from '../../../src/dataset/sample.js';
import { DEFAULT_FRACTIONS, splitSamples } from '../../../src/dataset/split.js';
import { picture } from './png.js';

describe('splits', () => {
  const make = (count: number, label: string, group: (index: number) => string | null): Sample[] =>
    Array.from({ length: count }, (_, index) => ({
      id: `${label}${index}`,
      label,
      split: null,
      group: group(index),
      source: '',
    }));
  const share = (samples: readonly Sample[], label: string, split: string) =>
    samples.filter((sample) => sample.label === label && sample.split === split).length;

  test('every class is divided in the wanted shares, and the seed decides who goes where', () => {
    const samples = [...make(200, 'a', () => null), ...make(40, 'b', () => null)];
    const split = splitSamples(samples, { fractions: DEFAULT_FRACTIONS, seed: 1 });
    expect([share(split, 'a', 'train'), share(split, 'a', 'validation'), share(split, 'a', 'test')]).toEqual([
      140, 30, 30,
    ]);
    expect([share(split, 'b', 'train'), share(split, 'b', 'validation'), share(split, 'b', 'test')]).toEqual([
      28, 6, 6,
    ]);
    expect(splitSamples(samples, { fractions: DEFAULT_FRACTIONS, seed: 1 })).toEqual(split);
    expect(splitSamples(samples, { fractions: DEFAULT_FRACTIONS, seed: 2 })).not.toEqual(split);
  });

  test('a group is never torn apart, and each class still comes near its shares', () => {
    const samples = [...make(120, 'a', (i) => `p${i % 20}`), ...make(60, 'b', (i) => `p${i % 20}`)];
    const split = splitSamples(samples, { fractions: DEFAULT_FRACTIONS, seed: 5 });
    const places = new Map<string, Set<string>>();
    for (const { group, split: place } of split) places.set(group!, (places.get(group!) ?? new Set()).add(place!));
    expect([...places.values()].every(({ size }) => size === 1)).toBe(true);
    expect(share(split, 'a', 'train')).toBe(84);
    expect(share(split, 'b', 'validation')).toBe(9);
  });

  test('shares may be any numbers: what counts is their proportion', () => {
    const samples = make(200, 'a', () => null);
    const parts = splitSamples(samples, { fractions: { train: 70, validation: 15, test: 15 }, seed: 1 });
    expect(parts).toEqual(splitSamples(samples, { fractions: DEFAULT_FRACTIONS, seed: 1 }));
  });

  test('large groups are placed first, so that single images can even things out', () => {
    const samples = make(20, 'a', (index) => (index < 6 ? 'large' : null));
    const split = splitSamples(samples, { fractions: DEFAULT_FRACTIONS, seed: 1 });
    expect(['train', 'validation', 'test'].map((part) => share(split, 'a', part))).toEqual([14, 3, 3]);
  });

  test('a lone image trains, and splits that exist can be kept, for a whole group', () => {
    const lone = splitSamples(
      make(1, 'a', () => null),
      { fractions: DEFAULT_FRACTIONS, seed: 1 },
    );
    expect(lone[0].split).toBe('train');
    const [first, ...others] = make(4, 'a', () => 'one');
    const kept = splitSamples([{ ...first, split: 'test' }, ...others], {
      fractions: DEFAULT_FRACTIONS,
      seed: 1,
      keepExisting: true,
    });
    expect(kept.map(({ split }) => split)).toEqual(['test', 'test', 'test', 'test']);
  });
});

describe('picture hashes', () => {
  test('a brighter, noisier copy is near, another picture is far', () => {
    const original = picture(1, 96);
    const random = new Random(1);
    const copy = { ...original, data: original.data.map((value) => value * 1.04 + random.between(-2, 2)) };
    expect(hashDistance(imageHash(original), imageHash(copy))).toBeLessThanOrEqual(NEAR_DUPLICATE_BITS);
    expect(hashDistance(imageHash(original), imageHash(picture(2, 96)))).toBeGreaterThan(60);
  });

  test('the index finds every hash within its distance and none beyond', () => {
    const random = new Random(9);
    const index = new HashIndex();
    const hash = Uint32Array.from({ length: 8 }, () => random.integer(2 ** 32));
    index.add('it', hash);
    const flipped = (count: number) => {
      const copy = hash.slice();
      for (const bit of random.shuffle(Array.from({ length: 256 }, (_, at) => at)).slice(0, count)) {
        copy[bit >>> 5] ^= 1 << (bit & 31);
      }
      return copy;
    };
    for (let round = 0; round < 200; round++) {
      expect(index.find(flipped(NEAR_DUPLICATE_BITS))).toBe('it');
      expect(index.find(flipped(NEAR_DUPLICATE_BITS + 1))).toBeNull();
    }
  });
});
