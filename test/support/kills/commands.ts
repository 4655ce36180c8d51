/**
 * Kills the built command line while it writes, again and again over the same files: an export and a model on disk must be the old ones or the new
 * ones, whole, and a run must go on from no earlier step than it had.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../../src/base/random.js';
import { loadModelAt } from '../../../src/node/modelFiles.js';
import { NodeStorage } from '../../../src/storage/node/nodeStorage.js';
import { readRunState } from '../../../src/training/checkpoint.js';
import { encode, picture } from '../../unit/dataset/png.js';
import { libraryFolder, root } from '../page.js';
import { trainableModel } from './models.js';
import type { KillOptions } from './options.js';

export interface CommandsReport {
  readonly rounds: number;
  /** Rounds in which the kill came before the command had ended. */
  readonly killed: number;
  /** How often the file of an export, and the model of a conversion, was the new one after a round. */
  readonly exported: number;
  readonly converted: number;
  /** Step of the run at the end. */
  readonly steps: number;
}

const SHIPPED = join(libraryFolder, 'models/qcs-mobile/manifest.json');
const CHECKPOINTS = ['qcs-tiny-7.pth', 'qcs-tiny-8.pth'].map((name) => join(root, 'test/fixtures/golden', name));
/** Exports of two forms, so that each round writes other bytes than the one before. */
const FORMS = [[], ['--plain']];
/** Of the time that a command takes when nobody kills it. */
const LATEST = 1.2;

/** @throws Error for the first round after which a file is neither old nor new, or the run lost a step or is not there */
export async function killCommands({ rounds, seed, onRound }: KillOptions): Promise<CommandsReport> {
  const folder = mkdtempSync(join(tmpdir(), 'qcs-kills-'));
  const at = (name: string): string => join(folder, name);
  const random = new Random(seed);
  const exporting = (form: number, out: string) => ['export', '--model', SHIPPED, '--out', out, ...FORMS[form]];
  const converting = (which: number, out: string) => [
    'convert',
    CHECKPOINTS[which],
    '--out',
    out,
    '--classes',
    which === 0 ? 'raf-db' : 'ferplus',
  ];
  const training = await prepareTraining(folder);
  const whole: Buffer[] = [];
  const manifests: Buffer[] = [];
  const times = { export: 0, convert: 0, train: 0 };
  for (const which of [0, 1]) {
    times.export = await run(exporting(which, at(`whole-${which}.pth`)));
    times.convert = await run(converting(which, at(`whole-${which}`)));
    whole.push(readFileSync(at(`whole-${which}.pth`)));
    manifests.push(readFileSync(join(at(`whole-${which}`), 'manifest.json')));
  }
  await run(exporting(1, at('out.pth')));
  await run(converting(1, at('model')));
  times.train = 2 * times.export;
  let [killed, exported, converted, steps] = [0, 0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    onRound?.(round);
    const which = round % 2;
    const kill = async (args: readonly string[], time: number): Promise<void> => {
      killed += Number((await run(args, random.next() * time * LATEST)) < 0);
    };
    const fault = (what: string): Error => new Error(`Round ${round} of seed ${seed}: ${what}, in ${folder}`);
    await kill(exporting(which, at('out.pth')), times.export);
    const form = whole.findIndex((bytes) => bytes.equals(readFileSync(at('out.pth'))));
    if (form < 0) throw fault('the export is neither the old nor the new one');
    exported += Number(form === which);
    await kill(converting(which, at('model')), times.convert);
    // Checks the hashes of its files.
    await loadModelAt(join(at('model'), 'manifest.json')).catch((error: unknown) => {
      throw fault(`the model does not open: ${String(error)}`);
    });
    converted += Number(manifests[which].equals(readFileSync(join(at('model'), 'manifest.json'))));
    await kill(training, times.train);
    const state = await readRunState(new NodeStorage(at('trained/run')));
    if (steps > 0 && (state?.step ?? 0) < steps) throw fault(`the run is at step ${state?.step} and was at ${steps}`);
    steps = state?.step ?? 0;
  }
  rmSync(folder, { recursive: true });
  return { rounds, killed, exported, converted, steps };
}

/** A command that trains for ever and saves its run after every step. */
async function prepareTraining(folder: string): Promise<readonly string[]> {
  const [data, model, config] = ['faces', 'start', 'train.json'].map((name) => join(folder, name));
  for (const [index, label] of ['above', 'below'].entries()) {
    mkdirSync(join(data, label), { recursive: true });
    for (let at = 0; at < 6; at++) writeFileSync(join(data, label, `${at}.png`), encode(picture(at * 20 + index, 32)));
  }
  mkdirSync(model);
  for (const [name, bytes] of await trainableModel()) writeFileSync(join(model, name), bytes);
  const settings = {
    classes: ['above', 'below'],
    family: 'base',
    mode: 'full',
    epochs: 10_000,
    patience: 0,
    batchSize: 2,
    checkpoint: { steps: 1, seconds: 0 },
  };
  writeFileSync(config, JSON.stringify(settings));
  const out = join(folder, 'trained');
  return ['train', '--data', data, '--config', config, '--model', join(model, 'manifest.json'), '--out', out];
}

/**
 * Runs a command of the built package, killed after `after` ms where that is given.
 * @returns ms that it took; below 0 where it was killed
 */
function run(args: readonly string[], after?: number): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(libraryFolder, 'cli.js'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const timer = after === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), after);
  let words = '';
  child.stderr.on('data', (text: Buffer) => (words += text.toString()));
  return new Promise((resolve, reject) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') resolve(-1);
      else if (code === 0) resolve(performance.now() - started);
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${words}`));
    });
  });
}
