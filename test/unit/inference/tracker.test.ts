import { describe, expect, it } from 'vitest';
import { describeCrop, similarity } from '../../../src/inference/descriptor.js';
import { Tracker, type Sighting } from '../../../src/inference/tracker.js';

/** 30 frames a second. */
const STEP = 1000 / 30;
const SIZE = 100;

function newTracker(): Tracker {
  let last = 0;
  return new Tracker(() => ++last);
}

/** The look of a person: a fixed pattern, with a little noise of the frame's own. */
function look(person: number, frame: number): Float32Array {
  const crop = Float32Array.from({ length: 24 * 24 }, (_, pixel) => {
    const own = Math.sin(pixel * (0.37 + 0.11 * person) + person * 2.1);
    return 0.5 + 0.4 * own + 0.05 * Math.sin(pixel * 1.7 + frame);
  });
  return describeCrop(crop, 24, 1);
}

const seen = (x: number, person?: number, frame = 0, y = 100, size = SIZE): Sighting => ({
  box: { x, y, width: size, height: size },
  ...(person === undefined ? {} : { descriptor: look(person, frame) }),
});

describe('Tracker', () => {
  it('keeps the id of a face that moves and trembles', () => {
    const tracker = newTracker();
    for (let frame = 0; frame < 120; frame++) {
      const [id] = tracker.update([seen(20 + 6 * frame + 4 * Math.sin(frame * 9))], frame * STEP);
      expect(id).toBe(1);
    }
  });

  it('gives ids in the order of the sightings, whatever order they come in', () => {
    const tracker = newTracker();
    expect(tracker.update([seen(0), seen(400)], 0)).toEqual([1, 2]);
    expect(tracker.update([seen(402), seen(3)], STEP)).toEqual([2, 1]);
  });

  it('keeps both ids when two faces cross and one hides the other', () => {
    const tracker = newTracker();
    const ids = new Map<number, Set<number>>([
      [1, new Set()],
      [2, new Set()],
    ]);
    for (let frame = 0; frame < 80; frame++) {
      const first = 10 * frame;
      const second = 800 - 10 * frame;
      const isHidden = Math.abs(first - second) < 60;
      const sightings = isHidden ? [seen(first, 1, frame)] : [seen(second, 2, frame), seen(first, 1, frame)];
      const persons = isHidden ? [1] : [2, 1];
      tracker.update(sightings, frame * STEP).forEach((id, index) => ids.get(persons[index])!.add(id!));
    }
    expect(ids.get(1)).toEqual(new Set([2]));
    expect(ids.get(2)).toEqual(new Set([1]));
  });

  it('never swaps ids when two faces cross and looks are not known', () => {
    const tracker = newTracker();
    const owner = new Map<number, number>();
    for (let frame = 0; frame < 80; frame++) {
      const sightings = [seen(10 * frame), seen(800 - 10 * frame)];
      tracker.update(sightings, frame * STEP).forEach((id, person) => {
        expect(owner.get(id!) ?? person).toBe(person);
        owner.set(id!, person);
      });
    }
  });

  it('never gives a vanished face’s id to another one in its place', () => {
    const tracker = newTracker();
    for (let frame = 0; frame < 10; frame++) tracker.update([seen(200, 1, frame)], frame * STEP);
    expect(tracker.update([], 10 * STEP)).toEqual([]);
    expect(tracker.update([seen(205, 2)], 13 * STEP)).toEqual([2]);
  });

  it('tells a cut in a film, where another face takes the place at once', () => {
    const tracker = newTracker();
    for (let frame = 0; frame < 10; frame++) tracker.update([seen(200, 1, frame)], frame * STEP);
    expect(tracker.update([seen(200, 3)], 10 * STEP)).toEqual([2]);
  });

  it('knows a face again that was missed for a few frames', () => {
    const tracker = newTracker();
    for (let frame = 0; frame < 10; frame++) tracker.update([seen(100 + 5 * frame, 1, frame)], frame * STEP);
    for (let frame = 10; frame < 16; frame++) tracker.update([], frame * STEP);
    expect(tracker.update([seen(180, 1)], 16 * STEP)).toEqual([1]);
  });

  it('forgets a face that was away for long', () => {
    const tracker = newTracker();
    tracker.update([seen(100, 1)], 0);
    tracker.update([], 500);
    expect(tracker.update([seen(100, 1)], 1500)).toEqual([2]);
    expect(tracker.ids()).toEqual([2]);
  });

  it('keeps the id on a device that reads a frame only every two seconds, and gives another face another', () => {
    const tracker = newTracker();
    for (let frame = 0; frame < 5; frame++) expect(tracker.update([seen(100, 1, frame)], frame * 2000)).toEqual([1]);
    expect(tracker.update([seen(100, 5, 5)], 10_000)).toEqual([2]);
  });

  it('gives a new id where two faces may be the one that is left', () => {
    const tracker = newTracker();
    expect(tracker.update([seen(100), seen(160)], 0)).toEqual([1, 2]);
    expect(tracker.update([seen(130)], STEP)).toEqual([3]);
  });

  it('expects a fast face where its speed takes it', () => {
    const tracker = newTracker();
    let x = 0;
    for (const [frame, step] of [0, 20, 40, 60, 80, 80, 80].entries()) {
      x += step;
      expect(tracker.update([seen(x)], frame * STEP)).toEqual([1]);
    }
  });

  it('does not take a face far away for one that was seen just before', () => {
    const tracker = newTracker();
    tracker.update([seen(100)], 0);
    expect(tracker.update([seen(500)], STEP)).toEqual([2]);
  });

  it('wants a closer likeness after a break than from frame to frame', () => {
    const own = look(1, 0);
    const other = look(2, 0);
    const shared = similarity(own, other);
    const rest = other.map((value, index) => value - shared * own[index]);
    const length = Math.hypot(...rest);
    const alike = own.map((value, index) => 0.55 * value + (Math.sqrt(1 - 0.55 ** 2) * rest[index]) / length);
    expect(similarity(own, alike)).toBeCloseTo(0.55, 5);
    const after = (pause: number): (number | undefined)[] => {
      const tracker = newTracker();
      tracker.update([{ ...seen(100), descriptor: own }], 0);
      if (pause > 0) tracker.update([], pause / 2);
      return tracker.update([{ ...seen(100), descriptor: alike }], Math.max(pause, STEP));
    };
    expect(after(0)).toEqual([1]);
    expect(after(300)).toEqual([2]);
  });

  it('does not take a face of quite another size for the same', () => {
    const tracker = newTracker();
    tracker.update([seen(100, undefined, 0, 100, 100)], 0);
    expect(tracker.update([seen(60, undefined, 0, 60, 190)], STEP)).toEqual([2]);
  });

  it('lets a doubtful sighting go on a track, and begins none with it', () => {
    const tracker = newTracker();
    const doubtful = (x: number): Sighting => ({ ...seen(x), isClear: false });
    expect(tracker.update([doubtful(100)], 0)).toEqual([undefined]);
    expect(tracker.update([seen(100), doubtful(500)], STEP)).toEqual([1, undefined]);
    expect(tracker.update([doubtful(102), doubtful(500)], 2 * STEP)).toEqual([1, undefined]);
  });

  it('starts anew when time runs backwards', () => {
    const tracker = newTracker();
    expect(tracker.update([seen(100)], 5000)).toEqual([1]);
    expect(tracker.update([seen(100)], 1000)).toEqual([2]);
    expect(tracker.update([seen(100)], 950)).toEqual([3]);
  });
});
