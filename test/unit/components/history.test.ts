import { describe, expect, test } from 'vitest';
import {
  LIVE_SECONDS,
  LiveHistory,
  summarise,
  VideoHistory,
} from '../../../src/components/recognise/expression-timeline/history.js';
import { Reading } from '../../../src/components/recognise/qcs-fer/reading.js';
import { runsOf } from '../../../src/components/recognise/expression-timeline/timeline-drawing.js';
import { face, frame } from './observations.js';

describe('a live history', () => {
  test('keeps the last thirty seconds of every face', () => {
    const history = new LiveHistory();
    for (let second = 0; second <= 100; second++) {
      history.add(frame(second * 1000, second % 2 === 0 ? [face(1, 'anger')] : [face(1, 'anger'), face(2, 'fear')]));
    }
    const times = history.samples(1).map(({ time }) => time);
    expect(times[0]).toBe(100 - LIVE_SECONDS);
    expect(times.at(-1)).toBe(100);
    expect(history.samples(2)).toHaveLength(15);
    expect(history.samples(9)).toEqual([]);
  });

  test('starts anew when the clock jumps back', () => {
    const history = new LiveHistory();
    history.add(frame(9000, [face(1, 'anger')]));
    history.add(frame(1000, [face(1, 'anger')]));
    expect(history.samples(1).map(({ time }) => time)).toEqual([1]);
  });
});

describe('the history of a video', () => {
  test('covers the whole length, keeps the newest result of each part and stays bounded', () => {
    const history = new VideoHistory(600);
    for (let pass = 0; pass < 2; pass++) {
      for (let time = 0; time < 600; time += 0.1) {
        history.add(frame(time * 1000, [face(1, pass === 0 ? 'anger' : 'fear')]));
      }
    }
    const samples = history.samples(1);
    expect(samples.length).toBeLessThanOrEqual(900);
    expect(samples.length).toBeGreaterThan(800);
    expect(samples.every(({ probabilities }) => probabilities['fear'] !== undefined)).toBe(true);
    const times = samples.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('shows the largest face where the chosen one is not in view', () => {
    const history = new VideoHistory(10);
    history.add(frame(1000, [face(1, 'anger'), face(2, 'fear', 0.8, 90)]));
    history.add(frame(5000, [face(7, 'fear', 0.8, 30), face(8, 'anger', 0.8, 60)]));
    expect(history.samples(1).map(({ faceId }) => faceId)).toEqual([1, 8]);
  });
});

test('samples are not joined across a gap', () => {
  const history = new LiveHistory();
  for (const time of [0, 0.5, 1, 5, 5.5]) history.add(frame(time * 1000, [face(1, 'anger')]));
  expect(runsOf(history.samples(1), 1.5).map((run) => run.length)).toEqual([3, 2]);
});

test('a summary names the expression with the largest mean in each span', () => {
  const history = new LiveHistory();
  history.add(frame(0, [face(1, 'anger', 0.9)]));
  history.add(frame(1000, [face(1, 'neutral', 0.6)]));
  history.add(frame(12_000, [face(1, 'neutral', 0.7)]));
  const rows = summarise(history.samples(1), 0, 30, 3);
  expect(rows.map(({ from, expression }) => [from, expression])).toEqual([
    [0, 'anger'],
    [10, 'neutral'],
  ]);
  expect(rows[0]?.probability).toBeCloseTo(0.65);
});

describe('the reading', () => {
  test('chooses the largest face, keeps the person’s choice while it is in view', () => {
    const reading = new Reading();
    reading.begin();
    reading.add(frame(0, [face(1, 'anger', 0.8, 40), face(2, 'fear', 0.8, 80)]));
    expect(reading.selected).toBe(2);
    reading.select(1);
    reading.add(frame(40, [face(1, 'anger', 0.8, 40), face(2, 'fear', 0.8, 80)]));
    expect(reading.selected).toBe(1);
    reading.add(frame(80, [face(2, 'fear', 0.8, 80)]));
    expect(reading.selected).toBe(2);
    reading.add(frame(120, []));
    expect(reading.face).toBeUndefined();
  });

  test('tells each change of a label once, also when a face comes back', () => {
    const reading = new Reading();
    reading.begin();
    const tell = (time: number, expression?: string) =>
      reading.add(frame(time, expression === undefined ? [] : [face(3, expression)])).map(({ from, to }) => [from, to]);
    expect(tell(0, 'anger')).toEqual([[undefined, 'anger']]);
    expect(tell(40, 'anger')).toEqual([]);
    expect(tell(80)).toEqual([]);
    expect(tell(120, 'fear')).toEqual([['anger', 'fear']]);
  });
});
