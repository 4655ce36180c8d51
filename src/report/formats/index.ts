/** The formats in which a session leaves as text. */
import { episodesOf, type Episode } from '../episodes.js';
import type { Session } from '../session.js';
import { episodesCsv, sessionCsv } from './csv.js';
import { sessionElan } from './elan.js';
import { sessionJson } from './json.js';
import { sessionTextGrid } from './praat.js';
import { sessionWebVtt } from './webVtt.js';

export interface TextFormat {
  /** What people choose it by. */
  readonly title: string;
  /** With its dot; may say more than the kind. */
  readonly ending: string;
  readonly type: string;
  readonly write: (session: Session, episodes: readonly Episode[]) => string;
}

export const TEXT_FORMATS = {
  csv: { title: 'CSV, a row a face and time', ending: '.csv', type: 'text/csv', write: sessionCsv },
  episodes: { title: 'CSV, a row a stretch', ending: '.episodes.csv', type: 'text/csv', write: episodesCsv },
  json: { title: 'JSON, all figures', ending: '.json', type: 'application/json', write: sessionJson },
  webvtt: { title: 'WebVTT, subtitles', ending: '.vtt', type: 'text/vtt', write: sessionWebVtt },
  elan: { title: 'ELAN, tiers', ending: '.eaf', type: 'application/xml', write: sessionElan },
  praat: { title: 'Praat, TextGrid', ending: '.TextGrid', type: 'text/plain', write: sessionTextGrid },
} as const satisfies Record<string, TextFormat>;

export type TextFormatName = keyof typeof TEXT_FORMATS;

/** The text of a session in one of the formats. */
export function formatSession(session: Session, name: TextFormatName): string {
  const episodes = session.analysis.people.flatMap(({ id }) => episodesOf(session.analysis, id));
  return TEXT_FORMATS[name].write(session, episodes);
}
