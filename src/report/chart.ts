/** The course of a person's probabilities as shapes: for the page, for a picture and for the report on paper alike. */
import type { Analysis } from '../analysis/analysis.js';
import { expressionColour } from '../base/expressionColours.js';
import { escapeMarkup } from '../base/markup.js';
import { isolated } from '../expressions.js';
import { isClear, runsOf } from './episodes.js';
import type { Session } from './session.js';
import { ENGLISH, secondsText, shownNameOf } from './words.js';

/** Seconds at the left and at the right. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/** The stacked area of one expression, as the `d` of a path. */
export interface ChartArea {
  readonly expression: string;
  readonly path: string;
}

/** Finer than this many columns nobody sees. */
const MOST_COLUMNS = 800;

/** One column of a chart: the mean of all readings that fall into it. */
interface Column {
  readonly time: number;
  readonly values: readonly number[];
}

/** Stacked areas from the first class at the bottom to the last at the top; nothing where the face was not seen or not clear. */
export function chartAreas(analysis: Analysis, person: number, range: TimeRange, size: ChartSize): ChartArea[] {
  const { classes, rate } = analysis;
  const step = 1 / rate;
  const own = analysis.rows.filter(
    ({ person: id, time, ...row }) =>
      id === person && isClear(row) && time >= range.from - 2 * step && time <= range.to + 2 * step,
  );
  const toX = (time: number) => (((time - range.from) / (range.to - range.from)) * size.width).toFixed(1);
  const toY = (value: number) => ((1 - value) * size.height).toFixed(1);
  const width = Math.max(step, (range.to - range.from) / MOST_COLUMNS);
  const runs = runsOf(own, rate).map((run) => columnsOf(run, classes, width, run.at(-1)!.time + step));
  return classes.map((expression, index) => {
    const sum = ({ values }: Column, below: number) =>
      values.slice(0, below).reduce((total, value) => total + value, 0);
    const path = runs
      .map((columns) => {
        const top = columns.map((column) => `${toX(column.time)} ${toY(sum(column, index + 1))}`);
        const bottom = columns.toReversed().map((column) => `${toX(column.time)} ${toY(sum(column, index))}`);
        return `M${[...top, ...bottom].join('L')}Z`;
      })
      .join('');
    return { expression, path };
  });
}

function columnsOf(
  run: readonly { readonly time: number; readonly probabilities: Readonly<Record<string, number>> }[],
  classes: readonly string[],
  width: number,
  end: number,
): Column[] {
  const columns: Column[] = [];
  for (let at = 0; at < run.length;) {
    const { time } = run[at];
    const inside = [run[at++]];
    while (at < run.length && run[at].time < time + width * 0.999) inside.push(run[at++]);
    const known = inside.map(({ probabilities }) => new Map(Object.entries(probabilities)));
    columns.push({
      time,
      values: classes.map((name) => known.reduce((sum, row) => sum + (row.get(name) ?? 0), 0) / known.length),
    });
  }
  // The last reading stands for the time until the next would come.
  return [...columns, { time: end, values: columns.at(-1)!.values }];
}

const MARGIN = 16;
const CHART_HEIGHT = 72;
const LINE = 20;
const AXIS_STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
const MOST_TICKS = 10;

/** Round times between the ends of a range, seconds. */
export function ticksOf({ from, to }: TimeRange): number[] {
  const step = AXIS_STEPS.find((seconds) => (to - from) / seconds <= MOST_TICKS) ?? (to - from) / MOST_TICKS;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, index) => (first + index) * step);
}

/** All people of a session in one SVG picture, on white, with a key. Pixels. */
export function sessionChart(
  session: Session,
  words = ENGLISH,
  width = 1200,
): { readonly svg: string; readonly size: ChartSize } {
  const { analysis } = session;
  const range = { from: 0, to: Math.max(analysis.duration, 1e-3) };
  const inner = { width: width - 2 * MARGIN, height: CHART_HEIGHT };
  const toX = (time: number) => MARGIN + (time / range.to) * inner.width;
  const keyTop = 2 * LINE + analysis.people.length * (CHART_HEIGHT + 2 * LINE);
  const size = { width, height: keyTop + 3 * LINE };
  const text = (x: number, y: number, content: string, more = '') =>
    `<text x="${x.toFixed(1)}" y="${y}" ${more}>${escapeMarkup(content)}</text>`;
  const people = analysis.people.map(({ id }, index) => {
    const top = 2 * LINE + index * (CHART_HEIGHT + 2 * LINE);
    const areas = chartAreas(analysis, id, range, inner).map(
      ({ expression, path }) => `<path d="${path}" fill="${expressionColour(expression)}"/>`,
    );
    return `${text(MARGIN, top + 14, shownNameOf(session, id, words), 'font-weight="600"')}
<g transform="translate(${MARGIN} ${top + LINE})"><rect width="${inner.width}" height="${inner.height}" fill="#eef1f3"/>${areas.join('')}</g>`;
  });
  const markers = session.markers.map(
    ({ time }) =>
      `<line x1="${toX(time).toFixed(1)}" x2="${toX(time).toFixed(1)}" y1="${2 * LINE}" y2="${keyTop - LINE}" stroke="#13202a" stroke-dasharray="3 3"/>`,
  );
  const ticks = ticksOf(range).map((time) =>
    text(toX(time), keyTop, secondsText(time, words), 'text-anchor="middle" fill="#4c5b66"'),
  );
  const key = analysis.classes.map((name, index) => {
    const x = MARGIN + (index * inner.width) / analysis.classes.length;
    return `<rect x="${x.toFixed(1)}" y="${keyTop + LINE}" width="12" height="12" fill="${expressionColour(name)}"/>${text(x + 18, keyTop + LINE + 11, words.title(name))}`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" font-family="system-ui, sans-serif" font-size="13" fill="#13202a" role="img" aria-label="${escapeMarkup(words.text('overTime'))}"><rect width="100%" height="100%" fill="#fff"/>${text(MARGIN, LINE, isolated(session.title), 'font-size="15" font-weight="600"')}${people.join('')}${markers.join('')}${ticks.join('')}${key.join('')}</svg>`;
  return { svg, size };
}
