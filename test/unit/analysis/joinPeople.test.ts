import { describe, expect, it } from 'vitest';
import { joinPeople, wereTogether } from '../../../src/analysis/joinPeople.js';
import { joinedSession } from '../../../src/report/session.js';
import { recordingOf, sessionOf } from '../report/recording.js';

/** The first leaves after a second, the second comes after two; the third is always there. */
const analysis = recordingOf([
  [{ expression: 'neutral', frames: 10 }],
  [
    { expression: null, frames: 20 },
    { expression: 'happiness', frames: 10 },
  ],
  [{ expression: 'fear', frames: 30 }],
]);

describe('two people who are one', () => {
  it('have the rows of both in the order of time, and the gap between them', () => {
    const { people, rows } = joinPeople(analysis, 1, 2);
    expect(people.map(({ id }) => id)).toEqual([1, 3]);
    const [joined] = people;
    expect(joined).toMatchObject({ first: 0, last: 2.9, rows: 20 });
    expect(joined.gaps).toHaveLength(1);
    expect(joined.gaps[0].from).toBeCloseTo(1);
    expect(joined.gaps[0].to).toBeCloseTo(2);
    const times = rows.filter(({ person }) => person === 1).map(({ time }) => time);
    expect(times).toHaveLength(20);
    expect(times.slice(1).every((time, index) => time > times[index])).toBe(true);
    expect(rows).toHaveLength(analysis.rows.length);
  });

  it('has no gap where one begins as the other ends', () => {
    const next = recordingOf([
      [{ expression: 'neutral', frames: 10 }],
      [
        { expression: null, frames: 10 },
        { expression: 'neutral', frames: 5 },
      ],
    ]);
    expect(joinPeople(next, 2, 1).people).toEqual([expect.objectContaining({ id: 2, first: 0, rows: 15, gaps: [] })]);
  });

  it('are never those who were seen at the same time', () => {
    expect(wereTogether(analysis, 1, 3)).toBe(true);
    expect(wereTogether(analysis, 1, 2)).toBe(false);
    expect(joinPeople(analysis, 1, 3)).toBe(analysis);
    expect(joinPeople(analysis, 1, 9)).toBe(analysis);
    expect(joinPeople(analysis, 1, 1)).toBe(analysis);
  });

  it('take name and pictures along', () => {
    const picture = { person: 2, time: 2, url: 'data:' };
    const session = sessionOf(analysis, { names: new Map([[2, 'Ana']]), pictures: [picture] });
    const joined = joinedSession(session, 1, 2);
    expect([...joined.names]).toEqual([[1, 'Ana']]);
    expect(joined.pictures).toEqual([{ ...picture, person: 1 }]);
    expect(joinedSession(session, 1, 3)).toBe(session);
  });
});
