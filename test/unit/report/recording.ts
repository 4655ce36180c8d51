/** An analysis as a test wants it: who looked like what, for how long. */
import type { Analysis, AnalysisRow } from '../../../src/analysis/analysis.js';
import { EXPRESSIONS } from '../../../src/expressions.js';
import type { ConditionFlag } from '../../../src/inference/observation.js';
import { newSession, type Session } from '../../../src/report/session.js';
import { CLEAR_CONDITIONS } from '../../support/conditions.js';

export const RATE = 10;

export interface Part {
  /** Null while nobody is there. */
  readonly expression: string | null;
  readonly frames: number;
  readonly confidence?: number;
  readonly flags?: readonly ConditionFlag[];
}

/** @param parts of each person, one after another */
export function recordingOf(people: readonly (readonly Part[])[], classes: readonly string[] = EXPRESSIONS): Analysis {
  const rows = people.flatMap((parts, index) => rowsOf(index + 1, parts, classes));
  const frames = Math.max(...people.map((parts) => parts.reduce((sum, part) => sum + part.frames, 0)));
  return {
    duration: frames / RATE,
    rate: RATE,
    frames,
    width: 640,
    height: 480,
    people: people.map((_, index) => {
      const own = rows.filter(({ person }) => person === index + 1);
      return { id: index + 1, first: own[0].time, last: own.at(-1)!.time, rows: own.length, gaps: [] };
    }),
    rows: rows.toSorted((first, second) => first.time - second.time || first.person - second.person),
    gaps: [],
    brief: 0,
    classes,
    model: { id: 'fake', version: '1.0.0' },
    prior: 'trained',
  };
}

export function sessionOf(analysis: Analysis, added: Partial<Session> = {}): Session {
  return { ...newSession('video', 'talk.mp4', analysis), date: '2026-01-02T03:04:05.000Z', ...added };
}

function rowsOf(person: number, parts: readonly Part[], classes: readonly string[]): AnalysisRow[] {
  let frame = 0;
  return parts.flatMap(({ expression, frames, confidence = 0.9, flags = [] }) =>
    Array.from({ length: frames }, () => frame++).flatMap((at): AnalysisRow[] => {
      if (expression === null) return [];
      const rest = (1 - confidence) / (classes.length - 1);
      return [
        {
          time: at / RATE,
          person,
          expression,
          confidence,
          probabilities: Object.fromEntries(classes.map((name) => [name, name === expression ? confidence : rest])),
          box: { x: 10, y: 20, width: 100, height: 110 },
          conditions: { ...CLEAR_CONDITIONS, flags },
        },
      ];
    }),
  );
}
