import { describe, expect, it } from 'vitest';
import { FaceLog } from '../../../src/analysis/faceLog.js';
import { linkTracks } from '../../../src/analysis/linkTracks.js';
import { faceOf } from '../../browser/components/fakeRecognizer.js';

const STEP = 0.1;

/** The look of a person: a direction of its own, a little beside it at every sight. */
function look(person: number, turn = 0): Float32Array {
  const values = Float32Array.from(
    { length: 32 },
    (_, index) => Math.sin(index * (1 + person)) + 0.1 * Math.cos(index + turn),
  );
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

/** Sees the tracks of each frame; a track's look is that of the person given for it. */
function logOf(frames: readonly (readonly number[])[], people: Readonly<Record<number, number>> = {}): FaceLog {
  const log = new FaceLog();
  for (const [index, ids] of frames.entries()) {
    const faces = ids.map((id) => faceOf({ id, expression: 'happiness' }));
    log.add(index * STEP, faces, ({ id }) => (people[id] === undefined ? undefined : look(people[id], index)));
  }
  return log;
}

it('looks again at the next frame where the first had no picture, so that who is there for a moment is known again', () => {
  const log = new FaceLog();
  for (const [index, id] of [1, 1, 1, 2, 2].entries()) {
    log.add(index * STEP, [faceOf({ id, expression: 'happiness' })], () => (index === 3 ? undefined : look(1, index)));
  }
  expect(log.record().people.map(({ rows }) => rows)).toEqual([5]);
});

const times = (count: number, from = 0) => Array.from({ length: count }, (_, index) => (from + index) * STEP);
const repeated = (ids: readonly number[], count: number) => Array.from({ length: count }, () => ids);

describe('FaceLog', () => {
  it('numbers people by appearance and gives each one row a frame', () => {
    const { people, rows, gaps } = logOf([...repeated([7], 3), ...repeated([9, 7], 3)]).record();
    expect(people.map(({ id, rows: count }) => [id, count])).toEqual([
      [1, 6],
      [2, 3],
    ]);
    expect(rows.filter(({ person }) => person === 1).map(({ time }) => time)).toEqual(times(6));
    expect(rows.filter(({ person }) => person === 2).map(({ time }) => time)).toEqual(times(3, 3));
    expect(gaps).toEqual([]);
    const keys = rows.map(({ time, person }) => time * 1000 + person);
    expect(keys).toEqual(keys.toSorted((first, second) => first - second));
  });

  it('names the stretches without a person, and those without anybody', () => {
    const frames = [...repeated([1, 2], 3), ...repeated([2], 2), ...repeated([], 2), ...repeated([1], 3)];
    const { people, gaps } = logOf(frames).record();
    expect(people[0].gaps).toEqual([{ from: times(10)[3], to: times(10)[7] }]);
    expect(people[1].gaps).toEqual([]);
    expect(gaps).toEqual([{ from: times(10)[5], to: times(10)[7] }]);
  });

  it('joins two tracks that look alike, also where somebody else was there in between', () => {
    const frames = [...repeated([1], 4), ...repeated([2], 4), ...repeated([3], 4)];
    const { people, personOf } = logOf(frames, { 1: 1, 2: 2, 3: 1 }).record();
    expect(people).toHaveLength(2);
    expect(personOf.get(3)).toBe(personOf.get(1));
    expect(personOf.get(2)).not.toBe(personOf.get(1));
  });

  it('never joins two that were seen at the same time, however alike', () => {
    const { people } = logOf([...repeated([1], 4), ...repeated([1, 2], 4)], { 1: 1, 2: 1 }).record();
    expect(people).toHaveLength(2);
  });

  it('leaves out who was there for a moment only, and says how often', () => {
    const { people, rows, brief } = logOf([[1], [1, 2], [1], [1]]).record();
    expect(people).toHaveLength(1);
    expect(rows).toHaveLength(4);
    expect(brief).toBe(1);
  });

  it('keeps the one frame of a video that has no more', () => {
    expect(logOf([[1]]).record().people).toHaveLength(1);
  });

  it('takes no frame that is not later than the last', () => {
    const log = logOf(repeated([1], 3));
    log.add(STEP, [faceOf({ id: 1, expression: 'fear' })]);
    expect(log.frames).toBe(3);
    expect(log.record().rows.map(({ expression }) => expression)).toEqual(['happiness', 'happiness', 'happiness']);
  });
});

describe('linkTracks', () => {
  it('joins the most alike first, so that a doubtful track does not part two of one person', () => {
    const between = look(1).map((value, index) => value + 0.75 * look(2)[index]);
    const tracks = [look(1), between, look(1, 3)].map((own, index) => ({
      id: index + 1,
      look: own,
      together: new Set(index === 1 ? [3] : index === 2 ? [2] : []),
    }));
    const groups = linkTracks(tracks);
    expect(groups.get(3)).toBe(groups.get(1));
    expect(groups.get(2)).not.toBe(groups.get(1));
  });

  it('leaves tracks without a look by themselves', () => {
    const groups = linkTracks([1, 2].map((id) => ({ id, look: undefined, together: new Set<number>() })));
    expect([...groups.values()]).toEqual([1, 2]);
  });
});
