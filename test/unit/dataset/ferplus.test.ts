import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  argmaxLabel,
  FERPLUS_CLASSES,
  FERPLUS_FOLDERS,
  ferplusLabel,
  majorityLabel,
  parseFerplus,
  softLabel,
} from '../../../src/dataset/ferplus.js';
import type { Split } from '../../../src/dataset/sample.js';

const HEADER = 'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF';

test('rows carry ten votes and their split; unnamed rows are skipped and the first of two under one name counts', () => {
  const rows = parseFerplus(
    [
      HEADER,
      'Training,a.png,4,0,0,1,3,2,0,0,0,0',
      'PublicTest,b.png,0,9,0,0,0,0,0,0,1,0',
      'Training,,0,0,0,0,0,0,0,0,0,10',
      'PrivateTest,a.png,0,0,9,0,0,0,0,0,0,1',
    ].join('\r\n'),
  );
  expect(rows).toEqual([
    { name: 'a.png', split: 'train', votes: [4, 0, 0, 1, 3, 2, 0, 0, 0, 0] },
    { name: 'b.png', split: 'validation', votes: [0, 9, 0, 0, 0, 0, 0, 0, 1, 0] },
  ]);
});

test('a file with other columns or a row with missing votes is named', () => {
  expect(() => parseFerplus('path,label\na,b')).toThrow(/first line/);
  expect(() => parseFerplus(`${HEADER}\nTraining,a.png,1,2`)).toThrow(/Row 2/);
  expect(() => parseFerplus(`${HEADER}\n\nconstructor,a.png,4,0,0,1,3,2,0,0,0,0`)).toThrow(/Row 3/);
});

test('argmax takes the first of equals and drops unknown and not-a-face', () => {
  expect(argmaxLabel([5, 5, 0, 0, 0, 0, 0, 0, 0, 0])).toBe(0);
  expect(argmaxLabel([1, 0, 0, 0, 0, 0, 0, 4, 5, 0])).toBeNull();
  expect(argmaxLabel([0, 0, 0, 0, 0, 0, 0, 0, 0, 10])).toBeNull();
});

test('majority strikes single votes out and wants more than half', () => {
  expect(majorityLabel([5, 1, 1, 1, 2, 0, 0, 0, 0, 0])).toBe(0);
  expect(majorityLabel([5, 5, 0, 0, 0, 0, 0, 0, 0, 0])).toBeNull();
  expect(majorityLabel([4, 0, 0, 0, 0, 0, 0, 0, 6, 0])).toBeNull();
});

test('soft labels drop single votes, unknown and not-a-face, and sum to one', () => {
  expect(softLabel([4, 0, 0, 1, 2, 0, 0, 0, 3, 0])).toEqual([4 / 6, 0, 0, 0, 2 / 6, 0, 0, 0]);
  expect(softLabel([1, 1, 1, 1, 0, 0, 0, 0, 6, 0])).toBeNull();
});

const shared = join(import.meta.dirname, '../../../../shared/data/ferplus');
const hasFerplus = existsSync(join(shared, 'fer2013new.csv'));
if (!hasFerplus) process.stdout.write('skipped: the FERPlus counts need ../shared/data/ferplus\n');

test.skipIf(!hasFerplus)('the rules give the published counts on FERPlus', () => {
  const rows = parseFerplus(readFileSync(join(shared, 'fer2013new.csv'), 'utf8'));
  const counts = (split: Split) => {
    const present = new Set(readdirSync(join(shared, 'data', FERPLUS_FOLDERS[split])));
    const usable = rows.filter((row) => row.split === split && present.has(row.name));
    const kept = (rule: 'argmax' | 'majority') =>
      usable.filter(({ votes }) => ferplusLabel(votes, rule) !== null).length;
    return [present.size, kept('argmax'), kept('majority')];
  };
  expect(counts('train')).toEqual([28_558, 28_386, 25_057]);
  expect(counts('validation')).toEqual([3_579, 3_553, 3_199]);
  expect(counts('test')).toEqual([3_573, 3_546, 3_153]);
  expect(FERPLUS_CLASSES).toHaveLength(8);
});
