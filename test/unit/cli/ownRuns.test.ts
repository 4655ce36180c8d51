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
import sys
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
`;
const LOGITS = `
import json, sys
import numpy as np, torch
from PIL import Image
from qcs_fer.config import config_from
from qcs_fer.inference import predict
from qcs_fer.networks import build_network
from qcs_fer.torch_checkpoint import read_torch_checkpoint
state = read_torch_checkpoint(sys.argv[1])
config = config_from(state['config'])
network = build_network(config.architecture, len(config.classes))
network.load_state_dict(state['network'])
images = torch.stack([torch.from_numpy(np.array(Image.open(path).convert('L')))[None] for path in sys.argv[2:]])
print(json.dumps(predict(network.eval(), images, config.input).tolist()))
`;

const python = [process.env['PYTHON'], '/usr/bin/python3', 'python3'].find(
  (candidate) =>
    candidate !== undefined && spawnSync(candidate, ['-c', 'import torch, numpy, PIL, tqdm, matplotlib']).status === 0,
);
if (python === undefined)
  process.stdout.write('SKIPPED: no Python with torch, Pillow, tqdm and matplotlib was found to train.\n');

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qcs-runs-'));
  if (python !== undefined) await run(python, ['-c', PREPARE, folder], { cwd: PYTORCH });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function cli(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [...COMMAND_LINE, ...args], { cwd: ROOT });
  return stdout;
}

/** Two steps of `train.py`; the checkpoint that it keeps. */
async function train(name: string, settings: readonly string[]): Promise<string> {
  const place = join(folder, name);
  const length = ['batch=8', 'images=16', 'epochs=0', 'evaluateEvery=16', 'precision=float32'];
  const overrides = [...settings, ...length].flatMap((setting) => ['--set', setting]);
  const data = ['--data', join(folder, 'ferplus'), '--cache', join(folder, 'cache'), '--run', place];
  const options = ['--initial', `${place}.safetensors`, '--device', 'cpu', '--threads', '1'];
  await run(python!, ['train.py', `configs/${name}.json`, ...data, ...options, ...overrides], { cwd: PYTORCH });
  return join(place, 'best.pt');
}

test.skipIf(python === undefined).each(['qcs-ir50', 'qcs-mobile', 'arm-resnet18'])(
  'a run of %s answers on the command line as in PyTorch',
  async (name) => {
    const { stdout } = await run(
      python!,
      ['-c', `from write_runs import TINY; import json; print(json.dumps(TINY['${name}']))`],
      {
        cwd: PYTORCH,
      },
    );
    const checkpoint = await train(name, JSON.parse(stdout) as string[]);
    const model = join(folder, `${name}-model`);
    await cli('convert', checkpoint, '--out', model);

    const tests = join(folder, 'ferplus/data/FER2013Test');
    const images = readdirSync(tests).map((file) => join(tests, file));
    const expected = JSON.parse(
      (await run(python!, ['-c', LOGITS, checkpoint, ...images], { cwd: PYTORCH })).stdout,
    ) as number[][];
    const predicted = JSON.parse(
      await cli('predict', '--model', join(model, 'manifest.json'), ...images, '--json'),
    ) as { logits: number[] }[];
    const apart = expected.flatMap((row, at) =>
      row.map((value, index) => Math.abs(value - predicted[at].logits[index])),
    );
    expect(apart).toHaveLength(8 * images.length);
    expect(Math.max(...apart)).toBeLessThan(LOGIT_TOLERANCE);
    const spread = expected[0].map((value, index) => Math.abs(value - expected[1][index]));
    expect(Math.max(...spread)).toBeGreaterThan(10 * LOGIT_TOLERANCE);
  },
  300_000,
);
