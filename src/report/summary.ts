/** What a report says of each person: how the time was spent, when the expression changed and where it was strongest. */
import type { Analysis, AnalysisRow } from '../analysis/analysis.js';
import { median } from '../base/numbers.js';
import type { ConditionFlag } from '../inference/observation.js';
import { episodesOf, isClear, peaksOf, runsOf, type Episode } from './episodes.js';
import { shareIntervals } from './shareInterval.js';

/** At most this many peaks a person. */
const MOST_PEAKS = 6;
/** A moment is strong from this probability on, averaged as peaks are. */
export const STRONG = 0.8;

export interface ExpressionShare {
  readonly expression: string;
  /** Seconds in which it was the most probable class of a clear face. */
  readonly seconds: number;
  /** Share of the time in which the face was clear, 0..1. */
  readonly share: number;
  /** The 95 % interval of the share: what more of the same would show, see shareInterval.ts. */
  readonly low: number;
  readonly high: number;
}

export interface PersonSummary {
  readonly id: number;
  /** Seconds in which the face was seen, and in which it was seen and clear. */
  readonly seen: number;
  readonly clear: number;
  /** In the order of the model's classes. */
  readonly shares: readonly ExpressionShare[];
  readonly episodes: readonly Episode[];
  /** Changes from one expression to another a minute of clear time; 0 where there was none. */
  readonly changesAMinute: number;
  /** The strongest moments, see {@link peaksOf}: some of them. */
  readonly peaks: readonly Episode[];
  /** How many of all such moments are strong. */
  readonly strongMoments: number;
  readonly conditions: ConditionsSummary;
}

export interface ConditionsSummary {
  /** Share of the seen time by what kept the face from being clear, 0..1, the largest first. */
  readonly flags: readonly { readonly flag: ConditionFlag; readonly share: number }[];
  /** Medians: side of the crop in pixels, turn of the head to the side in degrees whichever way, brightness 0..1. */
  readonly size: number;
  readonly turn: number;
  readonly brightness: number;
}

/** Everybody of a recording, in the order of their numbers. */
export function summarisePeople(analysis: Analysis): PersonSummary[] {
  return analysis.people.map(({ id }) => summarise(analysis, id));
}

function summarise(analysis: Analysis, id: number): PersonSummary {
  const rows = analysis.rows.filter(({ person }) => person === id);
  const step = 1 / analysis.rate;
  const seconds = rows.map((row, index) =>
    Math.min((rows.at(index + 1)?.time ?? row.time + step) - row.time, 1.5 * step),
  );
  const sumOf = (chosen: (row: AnalysisRow) => boolean) =>
    rows.reduce((sum, row, index) => (chosen(row) ? sum + seconds[index] : sum), 0);
  const seen = sumOf(() => true);
  const clear = sumOf(isClear);
  const episodes = episodesOf(analysis, id);
  const moments = peaksOf(episodes);
  const runs = runsOf(rows.filter(isClear), analysis.rate).map((run) => run.map(({ expression }) => expression));
  const intervals = shareIntervals(runs, analysis.classes);
  return {
    id,
    seen,
    clear,
    shares: analysis.classes.map((expression, index) => {
      const time = sumOf((row) => isClear(row) && row.expression === expression);
      const { low, high } = intervals[index];
      const share = clear === 0 ? 0 : time / clear;
      // Readings of unequal distance weigh a little otherwise in the share than in the interval.
      return { expression, seconds: time, share, low: Math.min(low, share), high: Math.max(high, share) };
    }),
    episodes,
    changesAMinute: clear === 0 ? 0 : (60 * changesIn(episodes)) / clear,
    peaks: moments.slice(0, MOST_PEAKS),
    strongMoments: moments.filter(({ peak }) => peak.probability >= STRONG).length,
    conditions: conditionsOf(rows, (flag) => sumOf((row) => row.conditions.flags.includes(flag)) / seen),
  };
}

/** From one expression to another; what lies between may be unclear. */
export function changesIn(episodes: readonly Episode[]): number {
  const named = episodes.filter(({ expression }) => expression !== undefined);
  return named.filter(({ expression }, index) => index > 0 && named[index - 1].expression !== expression).length;
}

function conditionsOf(rows: readonly AnalysisRow[], shareOf: (flag: ConditionFlag) => number): ConditionsSummary {
  const found = [...new Set(rows.flatMap(({ conditions }) => conditions.flags))];
  const middle = (value: (row: AnalysisRow) => number) => median(rows.map(value));
  return {
    flags: found
      .map((flag) => ({ flag, share: shareOf(flag) }))
      .toSorted((first, second) => second.share - first.share),
    size: middle(({ conditions }) => conditions.size),
    turn: middle(({ conditions }) => Math.abs(conditions.yaw)),
    brightness: middle(({ conditions }) => conditions.brightness),
  };
}
