/** The formats in which a session leaves as text. */
import { episodesOf, type Episode } from '../episodes.js';
import type { Session } from '../session.js';
import { ENGLISH, type ReportWords } from '../words.js';
import { episodesCsv, sessionCsv } from './csv.js';
import { sessionElan } from './elan.js';
import { sessionJson } from './json.js';
import { sessionTextGrid } from './praat.js';
import { sessionWebVtt } from './webVtt.js';

export interface TextFormat {
  /** With its dot; may say more than the kind. */
  readonly ending: string;
  readonly type: string;
  readonly write: (session: Session, episodes: readonly Episode[], words: ReportWords) => string;
}

export const TEXT_FORMATS = {
  csv: { ending: '.csv', type: 'text/csv', write: sessionCsv },
  episodes: { ending: '.episodes.csv', type: 'text/csv', write: episodesCsv },
  json: { ending: '.json', type: 'application/json', write: sessionJson },
  webvtt: { ending: '.vtt', type: 'text/vtt', write: sessionWebVtt },
  elan: { ending: '.eaf', type: 'application/xml', write: sessionElan },
  praat: { ending: '.TextGrid', type: 'text/plain', write: sessionTextGrid },
} as const satisfies Record<string, TextFormat>;

export type TextFormatName = keyof typeof TEXT_FORMATS;

/** The text of a session in one of the formats. What machines read is the same in every language. */
export function formatSession(session: Session, name: TextFormatName, words = ENGLISH): string {
  const episodes = session.analysis.people.flatMap(({ id }) => episodesOf(session.analysis, id));
  return TEXT_FORMATS[name].write(session, episodes, words);
}
