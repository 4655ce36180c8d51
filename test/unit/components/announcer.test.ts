import { describe, expect, test } from 'vitest';
import { ANNOUNCE_INTERVAL, Announcer, SETTLE_TIME } from '../../../src/components/recognise/qcs-fer/announcer.js';
import { recogniseArea } from '../../../src/messages/recognise/area.js';
import { Words } from '../../../src/messages/words.js';
import type { FaceObservation } from '../../../src/inference/observation.js';
import { CLEAR_CONDITIONS } from '../../support/conditions.js';
import { face, frame } from './observations.js';

const english = new Words(recogniseArea, 'en');

describe('announcements', () => {
  test('come only when a label has lasted', () => {
    const announcer = new Announcer(() => english);
    const anger = frame(0, [face(1, 'anger')]);
    expect(announcer.next(anger, 0)).toBeUndefined();
    expect(announcer.next(anger, SETTLE_TIME - 1)).toBeUndefined();
    expect(announcer.next(anger, SETTLE_TIME)).toMatch(/^Looks like anger, 80.%\.$/);
    expect(announcer.next(anger, SETTLE_TIME * 50)).toBeUndefined();
  });

  test('never come closer than the interval, however often labels change', () => {
    const announcer = new Announcer(() => english);
    const times: number[] = [];
    for (let now = 0; now < 60_000; now += 100) {
      const expression = Math.floor(now / 1500) % 2 === 0 ? 'anger' : 'fear';
      if (announcer.next(frame(now, [face(1, expression)]), now) !== undefined) times.push(now);
    }
    expect(times.length).toBeGreaterThan(3);
    times.forEach((time, index) => {
      if (index > 0) expect(time - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(ANNOUNCE_INTERVAL);
    });
  });

  test('do not come for a percentage alone', () => {
    const announcer = new Announcer(() => english);
    announcer.next(frame(0, [face(1, 'anger', 0.9)]), 0, true);
    expect(announcer.next(frame(0, [face(1, 'anger', 0.6)]), 60_000, true)).toBeUndefined();
  });

  test('give the reason for a face that cannot be read, and count it as not clear in a crowd', () => {
    const dark: FaceObservation = { ...face(1, 'anger'), conditions: { ...CLEAR_CONDITIONS, flags: ['dark'] } };
    expect(new Announcer(() => english).next(frame(0, [dark]), 0, true)).toBe('Not clear: the face is too dark.');
    const crowd = [dark, face(2, 'fear'), { ...dark, id: 3 }, face(4, 'fear')];
    expect(new Announcer(() => english).next(frame(0, crowd), 0, true)).toBe('4 faces. 2 not clear, 2 fear.');
  });

  test('count a crowd instead of listing it', () => {
    const crowd = [face(1, 'anger'), face(2, 'fear'), face(3, 'anger'), face(4, 'anger')];
    expect(new Announcer(() => english).next(frame(0, crowd), 0, true)).toBe('4 faces. 3 anger, 1 fear.');
    expect(new Announcer(() => english).next(frame(0, []), 0, true)).toBe('No face in the picture.');
  });
});
