import { describe, expect, it } from 'vitest';
import { episodesOf, peaksOf } from '../../../src/report/episodes.js';
import { changesIn, summarisePeople } from '../../../src/report/summary.js';
import { recordingOf, type Part } from './recording.js';

const said = (parts: readonly Part[]) =>
  episodesOf(recordingOf([parts]), 1).map(({ expression, from, to }) => [expression, rounded(from), rounded(to)]);
const rounded = (seconds: number) => Number(seconds.toFixed(6));

describe('episodesOf', () => {
  it('cuts a recording where the expression changes', () => {
    const parts = [
      { expression: 'neutral', frames: 20 },
      { expression: 'happiness', frames: 30 },
      { expression: 'neutral', frames: 10 },
    ];
    expect(said(parts)).toEqual([
      ['neutral', 0, 2],
      ['happiness', 2, 5],
      ['neutral', 5, 6],
    ]);
  });

  it('does not follow a flicker', () => {
    const parts = [
      { expression: 'neutral', frames: 20 },
      { expression: 'fear', frames: 2 },
      { expression: 'neutral', frames: 20 },
    ];
    expect(said(parts)).toEqual([['neutral', 0, 4.2]]);
  });

  it('ends at a gap, and begins anew after it', () => {
    const parts = [
      { expression: 'neutral', frames: 10 },
      { expression: null, frames: 10 },
      { expression: 'neutral', frames: 10 },
    ];
    expect(said(parts)).toEqual([
      ['neutral', 0, 1],
      ['neutral', 2, 3],
    ]);
  });

  it('has no expression where the face was not clear', () => {
    const parts = [
      { expression: 'neutral', frames: 10 },
      { expression: 'fear', frames: 10, flags: ['turned' as const] },
    ];
    expect(said(parts)).toEqual([
      ['neutral', 0, 1],
      [undefined, 1, 2],
    ]);
  });

  it('tells where an expression was strongest', () => {
    const analysis = recordingOf([
      [
        { expression: 'happiness', frames: 20, confidence: 0.6 },
        { expression: 'happiness', frames: 10, confidence: 0.95 },
        { expression: 'happiness', frames: 20, confidence: 0.6 },
      ],
    ]);
    const [{ peak, confidence }] = episodesOf(analysis, 1);
    expect(peak.time).toBeGreaterThanOrEqual(2);
    expect(peak.time).toBeLessThan(3);
    expect(peak.probability).toBeCloseTo(0.95, 2);
    expect(confidence).toBeGreaterThan(0.6);
    expect(confidence).toBeLessThan(0.8);
  });

  it('is safe with classes that are called like parts of an object', () => {
    const analysis = recordingOf([[{ expression: '__proto__', frames: 10 }]], ['constructor', '__proto__']);
    expect(() => episodesOf(analysis, 1)).not.toThrow();
  });
});

describe('summarisePeople', () => {
  it('shares out the clear time of each person', () => {
    const [first, second] = summarisePeople(
      recordingOf([
        [
          { expression: 'neutral', frames: 30 },
          { expression: 'happiness', frames: 10 },
          { expression: 'fear', frames: 10, flags: ['turned', 'blurred'] },
        ],
        [
          { expression: null, frames: 40 },
          { expression: 'sadness', frames: 10 },
        ],
      ]),
    );
    expect(first.seen).toBeCloseTo(5);
    expect(first.clear).toBeCloseTo(4);
    const shares = new Map(first.shares.map(({ expression, share }) => [expression, share]));
    expect(shares.get('neutral')).toBeCloseTo(0.75);
    expect(shares.get('happiness')).toBeCloseTo(0.25);
    expect(shares.get('fear')).toBe(0);
    expect(first.shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    expect(first.conditions.flags.map(({ flag }) => flag)).toEqual(['turned', 'blurred']);
    expect(first.conditions.flags[0].share).toBeCloseTo(0.2);
    expect(first.changesAMinute).toBeCloseTo(60 / 4);
    expect(second.seen).toBeCloseTo(1);
  });

  it('counts a change only from one expression to another, whatever lies between', () => {
    const parts: Part[] = [
      { expression: 'neutral', frames: 10 },
      { expression: 'neutral', frames: 10, flags: ['dark'] },
      { expression: 'neutral', frames: 10 },
      { expression: null, frames: 10 },
      { expression: 'anger', frames: 10 },
    ];
    expect(changesIn(episodesOf(recordingOf([parts]), 1))).toBe(1);
  });

  it('has a peak of every expression before a second of any', () => {
    const parts: Part[] = [0.99, 0.98, 0.97].flatMap((confidence): Part[] => [
      { expression: 'happiness', frames: 10, confidence },
      { expression: 'neutral', frames: 30 },
    ]);
    const episodes = episodesOf(recordingOf([[...parts, { expression: 'fear', frames: 10, confidence: 0.6 }]]), 1);
    expect(peaksOf(episodes).map(({ expression }) => expression)).toEqual([
      'happiness',
      'fear',
      'happiness',
      'happiness',
    ]);
  });

  it('lists the strongest peaks first, and neutral among none of them', () => {
    const parts: Part[] = [
      { expression: 'anger', frames: 10, confidence: 0.7 },
      { expression: 'neutral', frames: 10, confidence: 0.99 },
      { expression: 'happiness', frames: 10, confidence: 0.9 },
    ];
    const peaks = peaksOf(episodesOf(recordingOf([parts]), 1));
    expect(peaks.map(({ expression }) => expression)).toEqual(['happiness', 'anger']);
  });

  it('lists a moment once: neither the same second nor the same expression shortly after', () => {
    const parts: Part[] = [
      { expression: 'happiness', frames: 10, confidence: 0.9 },
      { expression: 'surprise', frames: 5, confidence: 0.8 },
      { expression: 'happiness', frames: 10, confidence: 0.95 },
      { expression: 'neutral', frames: 30 },
      { expression: 'happiness', frames: 10, confidence: 0.7 },
    ];
    const [{ peaks, strongMoments }] = summarisePeople(recordingOf([parts]));
    expect(peaks.map(({ expression, peak }) => [expression, Math.floor(peak.time)])).toEqual([
      ['happiness', 1],
      ['happiness', 5],
    ]);
    expect(strongMoments).toBe(1);
  });
});
