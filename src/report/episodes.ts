/** From single readings to what a person can follow: stretches of one expression, the changes between them and their peaks. */
import type { Analysis, AnalysisRow } from '../analysis/analysis.js';

/** Readings are averaged over this many seconds to either side before a stretch is named. */
const AVERAGED = 0.3;
/** What two times of one moment may differ by, seconds. */
const ROUNDING = 0.001;
/** Shorter stretches belong to the longer of their neighbours, seconds. */
const SHORTEST_EPISODE = 0.4;
/** Peaks closer than this are one moment, seconds: those of one expression, and any. */
const SAME_MOMENT = 3;
const SAME_SECOND = 1;
/** Rows further apart than this many times their usual distance, and than this many seconds, have a gap between them. */
const GAP_STEPS = 1.5;
const SHORTEST_GAP = 0.35;

/** A stretch in which a face looked like one expression, or could not be read. */
export interface Episode {
  readonly person: number;
  /** Seconds. */
  readonly from: number;
  readonly to: number;
  /** Undefined where the face was not clear. */
  readonly expression: string | undefined;
  /** Mean probability of the expression over the stretch, 0..1. */
  readonly confidence: number;
  /** When it was strongest, and how strong, averaged as above. */
  readonly peak: { readonly time: number; readonly probability: number };
}

/** Rows of one person between two gaps, with the usual distance of rows in seconds. */
export function runsOf(rows: readonly AnalysisRow[], rate: number): AnalysisRow[][] {
  const longest = Math.max(GAP_STEPS / rate, SHORTEST_GAP);
  const runs: AnalysisRow[][] = [];
  for (const [index, row] of rows.entries()) {
    const before = rows.at(index - 1);
    if (index === 0 || before === undefined || row.time - before.time > longest) runs.push([row]);
    else runs.at(-1)!.push(row);
  }
  return runs;
}

/** All stretches of one person, by time. */
export function episodesOf({ rows, rate, classes, duration }: Analysis, person: number): Episode[] {
  const own = rows.filter((row) => row.person === person);
  return runsOf(own, rate).flatMap((run) => {
    const end = Math.min(run.at(-1)!.time + 1 / rate, Math.max(duration, run.at(-1)!.time));
    const averaged = averagedOver(run, classes);
    const labels = run.map((row, index) => (isClear(row) ? classes[argmaxOf(averaged[index])] : undefined));
    return joined(run, labels, end).map(({ first, last, label, from, to }): Episode => {
      const column = label === undefined ? undefined : classes.indexOf(label);
      const strengths = column === undefined ? [0] : averaged.slice(first, last + 1).map((values) => values[column]);
      const strongest = strengths.indexOf(Math.max(...strengths));
      return {
        person,
        from,
        to,
        expression: label,
        confidence: strengths.reduce((sum, value) => sum + value, 0) / strengths.length,
        peak: { time: run[first + strongest].time, probability: strengths[strongest] },
      };
    });
  });
}

/** The strongest moments that are not neutral, each but once: the best of every expression, strongest first, then the second of each in the same order, and so on. */
export function peaksOf(episodes: readonly Episode[]): Episode[] {
  const strongest = episodes
    .filter(({ expression }) => expression !== undefined && expression !== 'neutral')
    .toSorted((first, second) => second.peak.probability - first.peak.probability || first.from - second.from);
  const ofExpression = new Map<string | undefined, Episode[]>();
  for (const episode of strongest) {
    const kept = [...ofExpression.values()].flat();
    if (kept.some((other) => isSameMoment(other, episode))) continue;
    ofExpression.set(episode.expression, [...(ofExpression.get(episode.expression) ?? []), episode]);
  }
  const columns = [...ofExpression.values()];
  const rows = Math.max(0, ...columns.map((column) => column.length));
  return Array.from({ length: rows }, (_, rank) => columns.flatMap((column) => column.slice(rank, rank + 1))).flat();
}

function isSameMoment(first: Episode, second: Episode): boolean {
  const apart = Math.abs(first.peak.time - second.peak.time);
  return apart < (first.expression === second.expression ? SAME_MOMENT : SAME_SECOND);
}

export function isClear({ conditions }: Pick<AnalysisRow, 'conditions'>): boolean {
  return conditions.flags.length === 0;
}

/** Probabilities of each row, the mean over the clear rows around it, in the order of the classes. */
function averagedOver(run: readonly AnalysisRow[], classes: readonly string[]): number[][] {
  const values = run.map(({ probabilities }) => {
    const known = new Map(Object.entries(probabilities));
    return classes.map((name) => known.get(name) ?? 0);
  });
  let [from, to] = [0, 0];
  return run.map(({ time }, index) => {
    while (run[from].time < time - AVERAGED - ROUNDING) from++;
    while (to < run.length && run[to].time <= time + AVERAGED + ROUNDING) to++;
    const near = values.slice(from, to).filter((_, offset) => isClear(run[from + offset]));
    if (near.length === 0) return values[index];
    return classes.map((_, column) => near.reduce((sum, row) => sum + row[column], 0) / near.length);
  });
}

interface Stretch {
  first: number;
  last: number;
  readonly label: string | undefined;
  from: number;
  to: number;
}

/** Equal neighbours as one; what is too short goes to the longer neighbour, the shortest first. */
function joined(run: readonly AnalysisRow[], labels: readonly (string | undefined)[], end: number): Stretch[] {
  let stretches: Stretch[] = run.map(({ time }, index) => ({
    first: index,
    last: index,
    label: labels[index],
    from: time,
    to: run.at(index + 1)?.time ?? end,
  }));
  stretches = merged(stretches);
  for (;;) {
    const lengths = stretches.map(({ from, to }) => to - from);
    const shortest = Math.min(...lengths);
    if (stretches.length < 2 || shortest >= SHORTEST_EPISODE) return stretches;
    const index = lengths.indexOf(shortest);
    const isBefore = index > 0 && lengths[index - 1] >= (lengths.at(index + 1) ?? 0);
    stretches[index] = { ...stretches[index], label: stretches[isBefore ? index - 1 : index + 1].label };
    stretches = merged(stretches);
  }
}

function merged(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    if (last !== undefined && last.label === stretch.label) {
      last.last = stretch.last;
      last.to = stretch.to;
    } else result.push({ ...stretch });
  }
  return result;
}

function argmaxOf(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
