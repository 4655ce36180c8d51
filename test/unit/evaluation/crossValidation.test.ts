import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { argmax } from '../../../src/base/softmax.js';
import { assess, type AssessedImage } from '../../../src/evaluation/crossValidation/assess.js';
import { fitDiscriminant, fitNearestMean } from '../../../src/evaluation/crossValidation/discriminant.js';
import { divideIntoFolds, GAP, type FoldItem } from '../../../src/evaluation/crossValidation/folds.js';

function repeated(count: number, item: FoldItem): FoldItem[] {
  return Array.from({ length: count }, () => item);
}

/** Takes of two classes, one after the other. */
function takes(lengths: readonly (readonly [label: number, group: string, count: number])[]): FoldItem[] {
  return lengths.flatMap(([label, group, count]) => repeated(count, { label, group }));
}

function expectEachOnce(items: readonly FoldItem[], tested: readonly number[]): void {
  expect(tested.toSorted((a, b) => a - b)).toEqual(items.map((_, index) => index));
}

describe('dividing into folds', () => {
  test('leaves whole groups out, each once, and never all of a class', () => {
    const items = takes([
      [0, 'a1', 9],
      [0, 'a2', 4],
      [0, 'a3', 3],
      [1, 'b1', 8],
      [1, 'b2', 5],
    ]);
    const { division, folds } = divideIntoFolds(items, 1);
    expect(division).toBe('groups');
    expectEachOnce(
      items,
      folds.flatMap(({ test }) => test),
    );
    for (const { train, test } of folds) {
      const out = new Set(test.map((index) => items[index].group));
      expect(train.filter((index) => out.has(items[index].group))).toEqual([]);
      expect(new Set(train.map((index) => items[index].label))).toEqual(new Set([0, 1]));
    }
  });

  test('cuts takes into stretches, with a gap on both sides, where a class has but one', () => {
    const items = takes([
      [0, 'a', 20],
      [1, 'b1', 20],
      [1, 'b2', 20],
    ]);
    const { division, folds } = divideIntoFolds(items, 1);
    expect(division).toBe('blocks');
    expectEachOnce(
      items,
      folds.flatMap(({ test }) => test),
    );
    for (const { train, test } of folds) {
      for (const index of test) {
        const near = train.filter(
          (other) => items[other].group === items[index].group && Math.abs(other - index) <= GAP,
        );
        expect(near).toEqual([]);
      }
    }
  });

  test('leaves single images out where no group is known, and learns from a class of one image alone', () => {
    const alone = [...repeated(10, { label: 0, group: null }), ...repeated(9, { label: 1, group: null })];
    const { division, folds } = divideIntoFolds([...alone, { label: 2, group: null }], 1);
    expect([division, folds.length]).toEqual(['images', 5]);
    expectEachOnce(
      alone,
      folds.flatMap(({ test }) => test),
    );
    for (const { train } of folds) expect(train).toContain(alone.length);
  });
});

const WIDTH = 6;

/** Embeddings around a class's corner, with what a group has in common. */
function imagesOf(
  random: Random,
  kinds: readonly { label: number; group: string; count: number; shift?: number[] }[],
  width = WIDTH,
) {
  return kinds.flatMap(({ label, group, count, shift = [] }) =>
    Array.from({ length: count }, (_, at): AssessedImage => {
      const embedding = Float32Array.from({ length: width }, (__, axis) => {
        return (axis === label ? 4 : 0) + (shift[axis] ?? 0) + random.normal();
      });
      return { id: `${group}-${label}-${at}`, label, group, embedding, before: null };
    }),
  );
}

describe('classifiers on embeddings', () => {
  test('the discriminant finds a direction that the spread within the classes hides from the nearest mean', () => {
    const random = new Random(3);
    const make = (label: number, count: number) =>
      Array.from({ length: count }, () => {
        const wide = 30 * random.normal();
        return {
          label,
          embedding: Float32Array.of(wide + 100, wide + (label === 0 ? 3 : -3) + 0.3 * random.normal(), 5),
        };
      });
    const examples = [...make(0, 40), ...make(1, 40)];
    const held = [...make(0, 50), ...make(1, 50)];
    const right = (classify: (embedding: Float32Array) => Float64Array) =>
      held.filter(({ embedding, label }) => argmax(classify(embedding)) === label).length;
    expect(right(fitDiscriminant(examples, 2))).toBeGreaterThan(90);
    expect(right(fitNearestMean(examples, 2))).toBeLessThan(80);
  });

  test('fewer examples than dimensions, and identical ones, are no trouble', () => {
    const one = (label: number, value: number) => ({ label, embedding: Float32Array.of(value, 1, 1, 1) });
    const classify = fitDiscriminant([one(0, 0), one(0, 0), one(2, 9)], 3);
    expect(argmax(classify(Float32Array.of(8, 1, 1, 1)))).toBe(2);
    expect(classify(Float32Array.of(0, 1, 1, 1))[1]).toBe(0);
  });
});

describe('what few images can say', () => {
  const NAMES = ['smile', 'frown', 'wink'];

  test('what only a take has in common does not count as knowledge', async () => {
    const random = new Random(5);
    const images = imagesOf(
      random,
      [0, 1].flatMap((label) =>
        [0, 1, 2].map((take) => ({
          label,
          group: `${label}-${take}`,
          count: 12,
          // The classes' own corner is taken away; each take has a corner of its own.
          shift: [0, 1, 2, 3, 4, 5].map((axis) => (axis === label ? -4 : 0) + (axis === label * 3 + take ? 6 : 0)),
        })),
      ),
    );
    const honest = (await assess(images, NAMES.slice(0, 2), { seed: 1 }))!;
    expect(honest.division).toBe('groups');
    expect(honest.accuracy.value).toBeLessThan(0.6);
    const leaking = (await assess(
      images.map((image) => ({ ...image, group: null })),
      NAMES.slice(0, 2),
      { seed: 1 },
    ))!;
    expect(leaking.accuracy.value).toBeGreaterThan(0.95);
  });

  test('pools the folds, stands beside its baselines, and finds the planted mistakes', async () => {
    const random = new Random(7);
    const images = imagesOf(
      random,
      [0, 1, 2].flatMap((label) => [1, 2, 3].map((take) => ({ label, group: `${label}-${take}`, count: 10 }))),
    ).map((image) => ({ ...image, before: [0.2, 0.5, 0.3] }));
    const planted = [images[4], images[50]];
    const data = images.map((image) => (planted.includes(image) ? { ...image, label: (image.label + 1) % 3 } : image));
    const steps: number[] = [];
    const result = (await assess(data, NAMES, { seed: 2, onProgress: (done, total) => steps.push(done / total) }))!;
    expect([result.n, result.groups]).toEqual([90, 9]);
    expect(result.accuracy.value).toBeGreaterThan(0.9);
    expect(result.accuracy.low).toBeLessThan(result.accuracy.value);
    expect(
      Object.values(result.perClass)
        .map(({ n }) => n)
        .toSorted((a, b) => a - b),
    ).toEqual([29, 30, 31]);
    expect(result.baselines.map(({ name }) => name)).toEqual(['before', 'nearest-mean', 'majority']);
    const [before, , majority] = result.baselines;
    expect(before.accuracy.value).toBeCloseTo(data.filter(({ label }) => label === 1).length / 90);
    expect(before.comparison.difference.low).toBeGreaterThan(0.4);
    expect(majority.accuracy.value).toBeLessThan(0.5);
    expect(
      result.mistakes
        .slice(0, 2)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(planted.map(({ id }) => id).toSorted());
    expect(result.mistakes.every(({ label, predicted }) => label !== predicted)).toBe(true);
    expect(steps.at(-1)).toBe(1);
    const [quarter, half, all] = result.curve.map(({ images: count }) => count);
    expect([quarter / all, half / all]).toEqual([expect.closeTo(0.25, 1), expect.closeTo(0.5, 1)]);
    expect(all).toBeCloseTo(90 * (1 - 1 / result.folds));
  });

  test('says of which class more would help most', async () => {
    const random = new Random(11);
    const kinds = [
      ...[0, 1].flatMap((label) => ['a', 'b'].map((take) => ({ label, group: `${label}${take}`, count: 60 }))),
      ...['a', 'b', 'c', 'd'].map((take) => ({ label: 2, group: `2${take}`, count: 6, shift: [2, 0, -2] })),
    ];
    // In many dimensions the mean of a few images is far from the truth.
    const images = imagesOf(random, kinds, 80);
    const { worth } = (await assess(images, NAMES, { seed: 3 }))!;
    expect(worth[0].name).toBe('wink');
    const [most, next] = worth.map(({ difference }) => difference);
    expect(most.value).toBeGreaterThan(next.value);
    expect(most.low).toBeLessThan(most.value);
  });

  test('gives nothing where nothing can be left out, and ends when it is told to', async () => {
    const random = new Random(13);
    const single = imagesOf(
      random,
      [0, 1].map((label) => ({ label, group: `${label}`, count: 1 })),
    );
    expect(await assess(single, NAMES.slice(0, 2), { seed: 1 })).toBeNull();
    const some = imagesOf(
      random,
      [0, 1].map((label) => ({ label, group: `${label}`, count: 8 })),
    );
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(assess(some, NAMES.slice(0, 2), { seed: 1, signal: stop.signal })).rejects.toThrow('enough');
  });
});
