/** The comparison with peers: both label rules, classes that a peer lacks, and the table. */
import { describe, expect, it } from 'vitest';
import { compareRules, type ContestantRun } from '../../../bench/accuracy/compare.js';
import { readmeTable } from '../../../bench/accuracy/readmeTable.js';
import { FERPLUS_CLASSES } from '../../../src/dataset/ferplus.js';
import type { EvaluationSample } from '../../../src/evaluation/samples.js';
import { prediction } from './support.js';

const [NEUTRAL, HAPPINESS] = [0, 1];
const CONTEMPT = FERPLUS_CLASSES.indexOf('contempt');

function sample(name: string, label: number): EvaluationSample {
  const bytes = () => Promise.reject(new Error('not read'));
  return { name, label: FERPLUS_CLASSES[label], split: 'test', group: null, bytes };
}

function run(name: string, classes: readonly string[], answers: Readonly<Record<string, number>>): ContestantRun {
  // The label that a run carries is that of the argmax rule; each rule puts its own in its place.
  const predictions = Object.entries(answers).map(([image, predicted]) => prediction(image, 0, predicted, 8));
  return { name, version: '1', weightBytes: 1000, classes, predictions, msPerImage: 5 };
}

const ours = run('ours', FERPLUS_CLASSES, { a: NEUTRAL, b: HAPPINESS, c: CONTEMPT, d: NEUTRAL });
const peer = run(
  'peer',
  FERPLUS_CLASSES.filter((name) => name !== 'contempt'),
  { a: NEUTRAL, b: NEUTRAL, c: NEUTRAL, d: HAPPINESS },
);
const argmax = [sample('a', NEUTRAL), sample('b', HAPPINESS), sample('c', CONTEMPT), sample('d', HAPPINESS)];
const majority = argmax.slice(0, 2);
const rules = compareRules([ours, peer], { argmax, majority }, new Set(['b']));

describe('the comparison with peers', () => {
  it('scores every model on the images and labels of each rule', () => {
    expect(rules.argmax.map(({ n, accuracy }) => [n, accuracy.value])).toEqual([
      [4, 0.75],
      [4, 0.5],
    ]);
    expect(rules.majority.map(({ n, accuracy }) => [n, accuracy.value])).toEqual([
      [2, 1],
      [2, 0.5],
    ]);
    expect(rules.argmax[0].withoutDuplicates).toMatchObject({ n: 3, accuracy: { value: 2 / 3 } });
  });

  it('counts a class that a peer lacks as wrong, and leaves it out of the shared classes', () => {
    expect(rules.argmax[1].perClass['contempt'].recall).toBe(0);
    expect(rules.argmax.map(({ sharedClasses }) => [sharedClasses.n, sharedClasses.accuracy.value])).toEqual([
      [3, 2 / 3],
      [3, 2 / 3],
    ]);
  });

  it('sets the first model against every other, image by image', () => {
    expect(rules.argmax[0].againstFirst).toBeNull();
    expect(rules.argmax[1].againstFirst).toMatchObject({ n: 4, onlyFirstRight: 2, onlySecondRight: 1 });
  });

  it('writes a table with a column a model', () => {
    const table = readmeTable({ data: 'FERPlus test', device: 'none', rules });
    expect(table).toContain('|  | ours 1 | peer 1 |');
    expect(table).toContain('| weights | 1 kB | 1 kB |');
    expect(table.match(/recall contempt/g)).toHaveLength(2);
  });
});
