/** Stretches of expressions as a Praat TextGrid (long text form): a tier of intervals a person, and one of points for markers. */
import type { Episode } from '../episodes.js';
import type { Session } from '../session.js';
import { nameOf } from '../words.js';

interface Interval {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Times in seconds from the first frame; where nobody was seen the text is empty. */
export function sessionTextGrid(session: Session, episodes: readonly Episode[]): string {
  const { analysis, markers } = session;
  const end = Math.max(analysis.duration, ...episodes.map(({ to }) => to), ...markers.map(({ time }) => time));
  const tiers = analysis.people.map(({ id }) =>
    intervalTier(
      nameOf(session, id),
      filled(
        episodes
          .filter(({ person }) => person === id)
          .map(({ from, to, expression }) => ({ from, to, text: expression ?? 'unclear' })),
        end,
      ),
      end,
    ),
  );
  if (markers.length > 0) tiers.push(pointTier(session, end));
  const head = [
    'File type = "ooTextFile"',
    'Object class = "TextGrid"',
    '',
    'xmin = 0 ',
    `xmax = ${end} `,
    'tiers? <exists> ',
    `size = ${tiers.length} `,
    'item []: ',
  ];
  return [...head, ...tiers.map((tier, index) => `    item [${index + 1}]:\n${tier}`), ''].join('\n');
}

/** The whole time from 0 on, without a hole and without intervals of no length. */
function filled(intervals: readonly Interval[], end: number): Interval[] {
  const whole: Interval[] = [];
  let reached = 0;
  for (const { from, to, text } of [...intervals, { from: end, to: end, text: '' }]) {
    if (from > reached) whole.push({ from: reached, to: from, text: '' });
    if (to > from) whole.push({ from, to, text });
    reached = Math.max(reached, to);
  }
  return whole;
}

function intervalTier(name: string, intervals: readonly Interval[], end: number): string {
  return [
    ...tierHead('IntervalTier', name, end),
    `        intervals: size = ${intervals.length} `,
    ...intervals.flatMap(({ from, to, text }, index) => [
      `        intervals [${index + 1}]:`,
      `            xmin = ${from} `,
      `            xmax = ${to} `,
      `            text = ${quoted(text)} `,
    ]),
  ].join('\n');
}

/** Praat keeps one point a moment. */
function pointTier({ markers }: Session, end: number): string {
  const byTime = new Map<number, string>();
  for (const { time, text } of markers) byTime.set(time, [byTime.get(time) ?? [], text].flat().join('; '));
  return [
    ...tierHead('TextTier', 'Markers', end),
    `        points: size = ${byTime.size} `,
    ...[...byTime].flatMap(([time, text], index) => [
      `        points [${index + 1}]:`,
      `            number = ${time} `,
      `            mark = ${quoted(text)} `,
    ]),
  ].join('\n');
}

function tierHead(kind: string, name: string, end: number): string[] {
  return [
    `        class = "${kind}" `,
    `        name = ${quoted(name)} `,
    '        xmin = 0 ',
    `        xmax = ${end} `,
  ];
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
