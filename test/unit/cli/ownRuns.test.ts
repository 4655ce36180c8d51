/** From the trainer of pytorch/ to an answer: `train.py`, `convert`, `predict`, with no option that says what the run already knows. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMAND_LINE } from '../../support/commandLine.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PYTORCH = join(ROOT, 'pytorch');
const LOGIT_TOLERANCE = 1e-3;
const run = promisify(execFile);

/** A small set in FERPlus's layout, and weights that make every image's answer its own: the trainer's own are too small to tell. */
const PREPARE = `
import json, sys
from pathlib import Path
from qcs_fer.config import load_config
from qcs_fer.networks import build_network
from qcs_fer.safetensors_io import write_safetensors
from tests.test_commands import write_small_ferplus
from write_runs import TINY, spread
root = Path(sys.argv[1])
write_small_ferplus(root / 'ferplus')
for name, settings in TINY.items():
    config = load_config(f'configs/{name}.json', settings)
    network = build_network(config.architecture, len(config.classes))
    spread(network)
    write_safetensors(root / f'{name}.safetensors', dict(network.named_parameters()))
print(json.dumps(TINY))
`;
/** The answers of every run to all images. */
const LOGITS = `
import json, sys
from pathlib import Path
import numpy as np, torch
from PIL import Image
from qcs_fer.config import config_from
from qcs_fer.inference import predict
from qcs_fer.networks import build_network
from qcs_fer.torch_checkpoint import read_torch_checkpoint
root = Path(sys.argv[1])
paths = sorted((root / 'ferplus/data/FER2013Test').iterdir())
images = torch.stack([torch.from_numpy(np.array(Image.open(path).convert('L')))[None] for path in paths])
answers = {}
for name in sys.argv[2:]:
    state = read_torch_checkpoint(root / name / 'best.pt')
    config = config_from(state['config'])
    network = build_network(config.architecture, len(config.classes))
    network.load_state_dict(state['network'])
    answers[name] = predict(network.eval(), images, config.input).tolist()
print(json.dumps(answers))
`;

const python = [process.env['PYTHON'], '/usr/bin/python3', 'python3'].find(
  (candidate) =>
    candidate !== undefined && spawnSync(candidate, ['-c', 'import torch, numpy, PIL, tqdm, matplotlib']).status === 0,
);
if (python === undefined)
  process.stdout.write('SKIPPED: no Python with torch, Pillow, tqdm and matplotlib was found to train.\n');

const NAMES = ['qcs-ir50', 'qcs-mobile', 'arm-resnet18'] as const;
type Answers = Readonly<Record<string, readonly (readonly number[])[]>>;

let folder: string;
/** Of PyTorch, by run. */
let answers: Answers;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qcs-runs-'));
  if (python === undefined) return;
  const settings = JSON.parse(await asked(PREPARE, folder)) as Readonly<Record<string, readonly string[]>>;
  for (const name of NAMES) await train(name, settings[name]);
  answers = JSON.parse(await asked(LOGITS, folder, ...NAMES)) as Answers;
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** What a script of Python prints. */
async function asked(script: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(python!, ['-c', script, ...args], { cwd: PYTORCH });
  return stdout.trim().split('\n').at(-1)!;
}

async function cli(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [...COMMAND_LINE, ...args], { cwd: ROOT });
  return stdout;
}

/** Two steps of `train.py`, which keeps a checkpoint in a folder of the run's name. */
async function train(name: string, settings: readonly string[]): Promise<void> {
  const place = join(folder, name);
  const length = ['batch=8', 'images=16', 'epochs=0', 'evaluateEvery=16', 'precision=float32'];
  const overrides = [...settings, ...length].flatMap((setting) => ['--set', setting]);
  const data = ['--data', join(folder, 'ferplus'), '--cache', join(folder, 'cache'), '--run', place];
  const options = ['--initial', `${place}.safetensors`, '--device', 'cpu', '--threads', '1'];
  await run(python!, ['train.py', `configs/${name}.json`, ...data, ...options, ...overrides], { cwd: PYTORCH });
}

test.skipIf(python === undefined).each(NAMES)('a run of %s answers on the command line as in PyTorch', async (name) => {
  const model = join(folder, `${name}-model`);
  await cli('convert', join(folder, name, 'best.pt'), '--out', model);

  const tests = join(folder, 'ferplus/data/FER2013Test');
  const images = readdirSync(tests)
    .sort()
    .map((file) => join(tests, file));
  const expected = answers[name];
  const predicted = JSON.parse(await cli('predict', '--model', join(model, 'manifest.json'), ...images, '--json')) as {
    logits: number[];
  }[];
  const apart = expected.flatMap((row, at) => row.map((value, index) => Math.abs(value - predicted[at].logits[index])));
  expect(apart).toHaveLength(8 * images.length);
  expect(Math.max(...apart)).toBeLessThan(LOGIT_TOLERANCE);
  const spread = expected[0].map((value, index) => Math.abs(value - expected[1][index]));
  expect(Math.max(...spread)).toBeGreaterThan(10 * LOGIT_TOLERANCE);
});
