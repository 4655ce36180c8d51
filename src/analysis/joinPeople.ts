/** Two people of an analysis who are one, as somebody who looks at them can tell. */
import type { AnalysedPerson, Analysis, Gap } from './analysis.js';

/** Frames are this many steps apart where none is missing. */
const NEXT = 1.5;

/** Whether both were seen in one frame, and so are two. */
export function wereTogether({ rows }: Analysis, first: number, second: number): boolean {
  const times = new Set(rows.filter(({ person }) => person === first).map(({ time }) => time));
  return rows.some(({ person, time }) => person === second && times.has(time));
}

/** The analysis with `other` as part of `person`; as it was where the two were seen together, or one of them is not there. */
export function joinPeople(analysis: Analysis, person: number, other: number): Analysis {
  const { people, rows, rate } = analysis;
  const [first, second] = [person, other].map((id) => people.find((known) => known.id === id));
  if (person === other || first === undefined || second === undefined) return analysis;
  if (wereTogether(analysis, person, other)) return analysis;
  const joined: AnalysedPerson = {
    id: person,
    first: Math.min(first.first, second.first),
    last: Math.max(first.last, second.last),
    rows: first.rows + second.rows,
    gaps: gapsOf([...presence(first, 1 / rate), ...presence(second, 1 / rate)], NEXT / rate),
  };
  return {
    ...analysis,
    people: people.filter(({ id }) => id !== other).map((known) => (known.id === person ? joined : known)),
    rows: rows
      .map((row) => (row.person === other ? { ...row, person } : row))
      .toSorted((before, after) => before.time - after.time || before.person - after.person),
  };
}

/** The stretches with the face, each to where the next frame would be. */
function presence({ first, last, gaps }: AnalysedPerson, step: number): Gap[] {
  const starts = [first, ...gaps.map(({ to }) => to)];
  const ends = [...gaps.map(({ from }) => from), last + step];
  return starts.map((from, index) => ({ from, to: ends[index] }));
}

function gapsOf(seen: readonly Gap[], shortest: number): Gap[] {
  const gaps: Gap[] = [];
  let reached = Number.POSITIVE_INFINITY;
  for (const { from, to } of seen.toSorted((before, after) => before.from - after.from)) {
    if (from - reached > shortest / 2) gaps.push({ from: reached, to: from });
    reached = reached === Number.POSITIVE_INFINITY ? to : Math.max(reached, to);
  }
  return gaps;
}
