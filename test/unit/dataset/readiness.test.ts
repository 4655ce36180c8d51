import { describe, expect, test } from 'vitest';
import { whyClosed } from '../../../src/components/train/start-conditions.js';
import { nextTake, readinessOf } from '../../../src/dataset/readiness.js';
import type { Sample } from '../../../src/dataset/sample.js';
import { newTake, type TakePurpose } from '../../../src/dataset/takes.js';

const CLASSES = { calm: ['calm'], wild: ['wild'] };

/** What the camera brings in one take. */
function taken(label: string, purpose: TakePurpose, count: number, now = 1): Sample[] {
  const { group, split } = newTake(purpose, now);
  return Array.from({ length: count }, (_, at) => ({
    id: `${label}-${group}-${at}`,
    label,
    split,
    group: `${label} ${group}`,
    source: 'camera',
  }));
}

const learned = [...taken('calm', 'learn', 12), ...taken('wild', 'learn', 12)];
const tested = [...taken('calm', 'test', 6), ...taken('wild', 'test', 6)];

describe('the next take', () => {
  test('is of each class to learn, then to check, then to test, and none when all is there', () => {
    const asked: string[] = [];
    let samples: Sample[] = [];
    for (let now = 1; now < 20; now++) {
      const next = nextTake(readinessOf(samples, CLASSES));
      if (next === null) break;
      asked.push(`${next.name} ${next.purpose}`);
      samples = [...samples, ...taken(next.name, next.purpose, next.purpose === 'learn' ? 12 : 6, now)];
    }
    expect(asked).toEqual(['calm learn', 'wild learn', 'calm check', 'wild check', 'calm test', 'wild test']);
  });

  test('is one to learn once more after a take of few faces', () => {
    const samples = [...taken('calm', 'learn', 3), ...taken('wild', 'learn', 12)];
    expect(nextTake(readinessOf(samples, CLASSES))).toEqual({ name: 'calm', purpose: 'learn' });
  });
});

describe('a run', () => {
  test('cannot start from one take a class, unless nothing more can be had, and says why', () => {
    const classes = readinessOf(learned, CLASSES);
    expect(whyClosed(classes, false)).toEqual({
      reason: expect.stringMatching(/^Calm and Wild would not be tested.*there is only one take of each/) as string,
      wayOut: 'cross-validate',
    });
    expect(whyClosed(classes, true)).toBeNull();
  });

  test('can start when every class has a test take, and names the one that has none', () => {
    expect(whyClosed(readinessOf([...learned, ...tested], CLASSES), false)).toBeNull();
    const calmOnly = readinessOf([...learned, ...tested.slice(0, 6)], CLASSES);
    expect(whyClosed(calmOnly, false)?.reason).toMatch(/^Wild would not be tested: all its images/);
  });

  test('needs two classes, each with something to learn from, and enough to divide', () => {
    expect(whyClosed(readinessOf(learned, { calm: ['calm'] }), true)?.wayOut).toBe('collect');
    const untrained = readinessOf([...learned.slice(0, 12), ...tested], CLASSES);
    expect(whyClosed(untrained, true)?.reason).toMatch(/Two classes/);
    const third = readinessOf([...learned, ...tested, ...taken('odd', 'test', 5)], { ...CLASSES, odd: ['odd'] });
    expect(whyClosed(third, true)?.reason).toMatch(/nothing to learn Odd from/);
    const few = readinessOf([...learned, ...taken('odd', 'learn', 3)], { ...CLASSES, odd: ['odd'] });
    expect(whyClosed(few, true)?.reason).toMatch(/^Odd has too few/);
  });

  test('counts what gathered labels bring, and splits what has none as the run will', () => {
    const loose = Array.from({ length: 40 }, (_, at): Sample => {
      return { id: `${at}`, label: at % 2 === 0 ? 'calm' : 'wild', split: null, group: null, source: `${at}.png` };
    });
    const [all] = readinessOf(loose, { all: ['calm', 'wild'] });
    expect(all).toMatchObject({ counts: { train: 28, validation: 6, test: 6 }, groups: 0, ungrouped: 40 });
  });
});
