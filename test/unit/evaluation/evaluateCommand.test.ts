/** `evaluate` as a user runs it, with the shipped model on generated pictures; and the counts of FERPlus where it is at hand. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_LINE } from '../../support/commandLine.js';
import { readDataFolder } from '../../../cli/dataFolder.js';
import { FERPLUS_CLASSES } from '../../../src/dataset/ferplus.js';
import { duplicatesOfEarlierSplits } from '../../../src/evaluation/duplicates.js';
import type { EvaluationReport } from '../../../src/evaluation/report.js';
import { readSamples, samplesOfSplit } from '../../../src/evaluation/samples.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MODEL = 'public/models/qcs-mobile/manifest.json';
const FERPLUS = join(ROOT, '../shared/data/ferplus');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Outcome> {
  const command = [...COMMAND_LINE, 'evaluate', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

let folder: string;

/** A 48 x 48 picture of stripes as wide as `period`. */
function writePicture(path: string, period: number): void {
  const png = new PNG({ width: 48, height: 48 });
  for (let pixel = 0; pixel < 48 * 48; pixel++) {
    png.data.fill(((pixel % 48) / period) % 2 < 1 ? 60 : 190, pixel * 4, pixel * 4 + 3);
    png.data[pixel * 4 + 3] = 255;
  }
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), PNG.sync.write(png));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qcs-evaluate-'));
  writePicture('train/happy/1.png', 3);
  writePicture('test/happy/2.png', 3); // the same bytes as in train
  writePicture('test/happy/3.png', 5);
  writePicture('test/neutral/4.png', 7);
  writePicture('test/bored/5.png', 9); // a class that the model does not know
  writeFileSync(join(folder, 'test/neutral/broken.png'), 'no picture');
  writeFileSync(join(folder, 'groups.csv'), 'path,age\n2.png,old\n3.png,young\n4.png,young\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the command evaluate', () => {
  it('prints the report and nothing else, with robustness and groups where they are asked for', async () => {
    const groups = join(folder, 'groups.csv');
    const extra = ['--corrupt', 'dark', '--corrupt-limit', '2', '--groups', groups];
    const { code, stdout, stderr } = await run('--model', MODEL, '--data', folder, '--json', ...extra);
    expect([code, stderr]).toEqual([0, expect.stringContaining('bored')]);
    expect(stderr).toContain('broken.png');
    const report = JSON.parse(stdout) as EvaluationReport;
    const keys = 'n,accuracy,macroRecall,perClass,confusion,expectedCalibrationError,withoutDuplicates,msPerImage';
    expect(Object.keys(report).join()).toBe(`${keys},sets,balanced,corruptions,conditions,groups`);
    expect(report.n).toBe(4);
    expect(report.withoutDuplicates.n).toBe(3);
    expect(Object.keys(report.perClass)).toEqual([...FERPLUS_CLASSES, 'bored']);
    expect(report.perClass['happiness'].n).toBe(2);
    expect(report.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(report.confusion[8].reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(report.corruptions?.dark?.map(({ strength, n }) => [strength, n])).toEqual(
      [1, 2, 3, 4, 5].map((s) => [s, 2]),
    );
    expect(report.groups?.['age'].groups['young'].n).toBe(2);
  });

  it('explains wrong arguments and exits with 2, missing data with 1', async () => {
    const wrong = await run('--model', MODEL, '--data', folder, '--rule', 'mean');
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain('--rule is majority or argmax');
    const missing = await run('--model', MODEL, '--data', join(folder, 'nowhere'));
    expect([missing.code, missing.stdout]).toEqual([1, '']);
    expect(missing.stderr).toContain('data-empty');
  });

  it.skipIf(!existsSync(FERPLUS))(
    'counts FERPlus as published: 3,153 and 3,546 test images, 314 of them seen before',
    async () => {
      const files = await readDataFolder(FERPLUS);
      const argmax = await readSamples(files, 'argmax', FERPLUS_CLASSES);
      const majority = await readSamples(files, 'majority', FERPLUS_CLASSES);
      const counts = (set: typeof argmax) =>
        (['train', 'validation', 'test'] as const).map((split) => samplesOfSplit(set, split).length);
      expect(counts(argmax)).toEqual([28_386, 3_553, 3_546]);
      expect(counts(majority)).toEqual([25_057, 3_199, 3_153]);
      expect((await duplicatesOfEarlierSplits(argmax, 'test')).size).toBe(314);
    },
    240_000,
  );
});

if (!existsSync(FERPLUS)) process.stdout.write('SKIPPED: there is no ../shared/data/ferplus on this machine.\n');
