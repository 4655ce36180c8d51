/** A session as JSON: everything that is known but the pictures. */
import type { Episode } from '../episodes.js';
import type { Session } from '../session.js';
import { summarisePeople } from '../summary.js';

export const SESSION_FORMAT = 'qcs-fer-session';

/** `{ format, version, kind, title, date, summary, analysis, episodes, markers, names, notes }`; see docs/analysis.md. */
export function sessionJson(session: Session, episodes: readonly Episode[]): string {
  const { kind, title, date, analysis, markers, notes } = session;
  const names = [...session.names].map(([person, name]) => ({ person, name }));
  const summary = summarisePeople(analysis).map(({ id, seen, clear, shares, changesAMinute, conditions }) => {
    return { person: id, seen, clear, shares, changesAMinute, conditions };
  });
  const head = { format: SESSION_FORMAT, version: 1, kind, title, date };
  return `${JSON.stringify({ ...head, summary, analysis, episodes, markers, names, notes }, null, 1)}\n`;
}
