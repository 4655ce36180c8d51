/** The results as Markdown, written into the document between its marks. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mean } from '../../src/base/numbers.js';
import type { Interval } from '../../src/evaluation/intervals.js';
import { percentInterval } from '../../src/evaluation/formatReport.js';
import { root } from '../openPages.js';
import { type ExperimentName, EXPERIMENTS } from './experiments.js';
import { METHOD_TITLES, type MethodName, METHODS } from './methods.js';
import type { Row } from './results.js';
import { accuracyOverDraws, differences, type Draws, recallOverDraws } from './summary.js';

const DOCUMENT = join(root, 'docs/fine-tuning.md');

/** The document with the tables of all results between its marks. */
export async function documentWith(rows: readonly Row[]): Promise<string> {
  const before = await readFile(DOCUMENT, 'utf8');
  return (Object.keys(EXPERIMENTS) as ExperimentName[]).reduce((text, name) => {
    const [start, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
    const from = text.indexOf(start);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`docs/fine-tuning.md has no marks for ${name}.`);
    return `${text.slice(0, from + start.length)}\n${experimentTable(rows, name)}\n${text.slice(to)}`;
  }, before);
}

export async function writeTables(rows: readonly Row[]): Promise<void> {
  await writeFile(DOCUMENT, await documentWith(rows));
}

export function experimentTable(all: readonly Row[], experiment: ExperimentName): string {
  const rows = all.filter((row) => row.experiment === experiment);
  const titles: Readonly<Record<string, string>> = EXPERIMENTS[experiment].titles;
  const sets = Object.keys(titles).flatMap((set) => {
    const own = rows.filter((row) => row.set === set);
    return [...new Set(own.map(({ images }) => images))]
      .toSorted((a, b) => a - b)
      .map((images) =>
        setTable(
          own.filter((row) => row.images === images),
          `\`${set}\`: ${titles[set]}; ${images} images a class`,
        ),
      );
  });
  return sets.length === 0 ? 'Not measured yet.\n' : sets.join('\n');
}

function setTable(rows: readonly Row[], title: string): string {
  const of = (method: MethodName): readonly Row[] => rows.filter((row) => row.method === method);
  const labels = Array.from(rows[0].labels, Number);
  const lines = METHODS.filter((method) => of(method).length > 0).map((method) => {
    const own = of(method);
    const draws = drawsOf(own);
    const seconds = mean(own.map((row) => row.seconds));
    return [
      METHOD_TITLES[method],
      String(own.length),
      percentInterval(accuracyOverDraws(draws)),
      percentInterval(recallOverDraws(draws, labels)),
      pointsOver(own, of('none')),
      pointsOver(own, of('mean')),
      `${seconds.toFixed(0)} s`,
    ];
  });
  const head = ['', 'draws', 'accuracy', 'mean recall', 'points over the shipped model', 'over the mean', 'time'];
  const markdown = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const rule = head.map((_, index) => (index === 1 || index === head.length - 1 ? '--:' : '---'));
  return `${title}, ${labels.length} to measure on\n\n${[head, rule, ...lines].map(markdown).join('')}`;
}

/** Of the same draws, image by image; empty for a method beside itself, or where the other was not measured on all of them. */
function pointsOver(rows: readonly Row[], others: readonly Row[]): string {
  const matched = rows.map(({ seed }) => others.find((other) => other.seed === seed));
  const found = matched.filter((row) => row !== undefined);
  if (found.length < rows.length || found[0].method === rows[0].method) return '';
  return points(accuracyOverDraws(differences(drawsOf(rows), drawsOf(found))));
}

function drawsOf(rows: readonly Row[]): Draws {
  return rows.map(({ right }) => Array.from(right, Number));
}

function points({ value, low, high }: Interval): string {
  const signed = (part: number): string => `${part < 0 ? '−' : '+'}${Math.abs(100 * part).toFixed(1)}`;
  return `${signed(value)} (${signed(low)} to ${signed(high)})`;
}
