/** Results of runs, gathered over several calls of the bench: one draw of one method on one set each. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../openPages.js';
import type { ExperimentName } from './experiments.js';
import type { MethodName } from './methods.js';

export const RESULTS_FILE = join(root, 'bench/results/fineTuning.json');

export interface Row {
  readonly experiment: ExperimentName;
  /** A domain, or what the classes are of. */
  readonly set: string;
  /** A class, to learn from. */
  readonly images: number;
  readonly method: MethodName;
  readonly seed: number;
  /** Of the test images, in their order: a digit for the class, and 1 where the method was right. */
  readonly labels: string;
  readonly right: string;
  readonly seconds: number;
}

export async function readRows(): Promise<readonly Row[]> {
  return JSON.parse(await readFile(RESULTS_FILE, 'utf8')) as readonly Row[];
}

/** New rows take the places of those of the same run. */
export async function keepRows(rows: readonly Row[]): Promise<readonly Row[]> {
  const key = ({ experiment, set, images, method, seed }: Row): string =>
    [experiment, set, images, method, seed].join(' ');
  const all = new Map([...(await readRows()), ...rows].map((row) => [key(row), row]));
  const sorted = [...all.values()].toSorted((a, b) => key(a).localeCompare(key(b), 'en', { numeric: true }));
  await writeFile(RESULTS_FILE, `[\n${sorted.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
  return sorted;
}
