/** `train` of the built command line, as somebody runs it who has nothing but the package: in a folder of their own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../src/base/random.js';
import type { TrainingOutcome } from '../../src/training/progress.js';
import { libraryFolder } from '../support/page.js';

const SIDE = 112;
const CLASSES = ['frown', 'smile'];
const A_CLASS = 12;
const CONFIG = { classes: CLASSES, mode: 'quick', family: 'qcs', epochs: 4, epochOf: 'anchors', batchSize: 2, seed: 3 };
const TRAIN = ['train', '--data', 'faces', '--config', 'config.json', '--out', 'trained', '--json'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qcs-train-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(CONFIG));
  for (const label of CLASSES) {
    mkdirSync(join(folder, 'faces', label), { recursive: true });
    for (let index = 0; index < A_CLASS; index++)
      writeFileSync(join(folder, pictureOf(label, index)), picture(label, index));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function pictureOf(label: string, index: number): string {
  return `faces/${label}/${index}.png`;
}

/** Bright below for a smile and above for a frown, with waves of its own and noise. */
function picture(label: string, index: number): Buffer {
  const random = new Random(index * 2 + CLASSES.indexOf(label));
  const [across, phase] = [random.between(4, 20), random.between(0, 6)];
  const png = new PNG({ width: SIDE, height: SIDE });
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const bright = (label === 'smile') === y >= SIDE / 2;
      const value = (bright ? 170 : 80) + 40 * Math.sin(x / across + phase) + random.between(-10, 10);
      png.data.set([value, value, value, 255], (y * SIDE + x) * 4);
    }
  }
  return PNG.sync.write(png);
}

interface Run {
  readonly process: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>;
  /** Resolves when standard error says so. */
  said(words: RegExp): Promise<void>;
}

function start(...args: string[]): Run {
  const child = spawn(process.execPath, [join(libraryFolder, 'cli.js'), ...args], { cwd: folder });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<Awaited<Run['ended']>>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const said = (words: RegExp) =>
    new Promise<void>((resolve, reject) => {
      child.stderr.on('data', () => {
        if (words.test(stderr)) resolve();
      });
      void ended.then(() => reject(new Error(`It ended without saying ${String(words)}: ${stderr}`)));
    });
  return { process: child, ended, said };
}

test('train stops cleanly on SIGTERM, goes on when it is given again, and predict uses what it wrote', async () => {
  const first = start(...TRAIN);
  await first.said(/^Epoch 1:/m);
  first.process.kill('SIGTERM');
  const interrupted = await first.ended;
  expect([interrupted.code, interrupted.stdout]).toEqual([143, '']);
  const stopped = Number(/^Stopped at step (\d+) of \d+\. Give the same command again/m.exec(interrupted.stderr)?.[1]);
  expect(existsSync(join(folder, 'trained/qcs-mobile-tuned'))).toBe(false);

  const second = await start(...TRAIN).ended;
  expect([second.code, second.stderr]).toEqual([0, expect.stringContaining(`Going on from step ${stopped};`)]);
  const outcome = JSON.parse(second.stdout) as TrainingOutcome & { model: string };
  expect(outcome.end).toBe('finished');
  expect(outcome.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  expect(outcome.steps).toBeGreaterThan(stopped);
  // What the first process had measured is not measured again.
  expect(second.stderr).not.toMatch(/^Epoch 1:/m);
  expect(existsSync(join(folder, 'trained/run'))).toBe(false);

  const images = CLASSES.flatMap((label) => Array.from({ length: A_CLASS }, (_, index) => pictureOf(label, index)));
  const predicted = await start('predict', '--model', outcome.model, ...images, '--json').ended;
  expect(predicted.code).toBe(0);
  const predictions = JSON.parse(predicted.stdout) as {
    file: string;
    expression: string;
    probabilities: Record<string, number>;
  }[];
  expect(predictions.map(({ file }) => file)).toEqual(images);
  expect(Object.keys(predictions[0].probabilities)).toEqual(CLASSES);
  const right = predictions.filter(({ file, expression }) => file.split('/')[1] === expression);
  expect(right.length / images.length).toBeGreaterThan(0.8);
  expect(readFileSync(join(folder, 'trained/qcs-mobile-tuned/MODEL_CARD.md'), 'utf8')).toContain('qcs-mobile');
});

test('train begins anew with --restart where the settings of the interrupted run no longer hold', async () => {
  const first = start(...TRAIN);
  await first.said(/^Epoch 1:/m);
  first.process.kill('SIGINT');
  expect((await first.ended).code).toBe(130);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...CONFIG, epochs: 1 }));
  const refused = await start(...TRAIN).ended;
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(/--restart[\s\S]*other settings[\s\S]*checkpoint-mismatch/);
  const anew = await start(...TRAIN, '--restart').ended;
  expect(anew.code).toBe(0);
  expect((JSON.parse(anew.stdout) as TrainingOutcome).history).toHaveLength(1);
});
