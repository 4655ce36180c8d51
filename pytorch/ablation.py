#!/usr/bin/env python3
"""The ablation that the idea stands on: base branch alone, DCS and QCS, same images seen, same everything else, several
seeds.

python3 ablation.py --data FERPLUS --initial mobilefacenet-msceleb.safetensors --out RUNS: trains what is missing,
writes table.md and table.csv. Rows finished earlier are read, not trained again.
"""
import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import torch

from qcs_fer.command import run
from qcs_fer.config import load_config
from qcs_fer.data import load_split
from qcs_fer.measurement import measure_splits, split_logits
from qcs_fer.metrics import fit_temperature
from qcs_fer.networks import build_network
from qcs_fer.torch_checkpoint import read_torch_checkpoint

HERE = Path(__file__).resolve().parent
ROWS = {
    'base branch alone': ['architecture.family=base'],
    'DCS': ['architecture.family=dcs'],
    'QCS': ['architecture.family=qcs'],
    'QCS, attention S': ['architecture.family=qcs', 'architecture.attention=S'],
    'QCS, attention D': ['architecture.family=qcs', 'architecture.attention=D'],
    'QCS, dot product': ['architecture.family=qcs', 'architecture.attention=dot'],
    'QCS, no residual': ['architecture.family=qcs', 'architecture.residual=false'],
}
MAIN_ROWS = ('base branch alone', 'DCS', 'QCS')
FIGURES = ('majority', 'argmax', 'macroRecall', 'logLoss')


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True)
    parser.add_argument('--initial', required=True, help='backbone weights that every run starts from')
    parser.add_argument('--out', required=True)
    parser.add_argument('--config', default=str(HERE / 'configs' / 'qcs-mobile.json'))
    parser.add_argument('--images', type=int, default=12000, help='images seen by each run')
    parser.add_argument('--seeds', default='1,2,3')
    parser.add_argument('--all-rows', action='store_true', help='the attention and residual rows too')
    parser.add_argument('--split', default='test', choices=('validation', 'test'))
    parser.add_argument('--cache', default=os.path.expanduser('~/.cache/qcs-fer'))
    parser.add_argument('--threads', type=int, default=0)
    return parser.parse_args()


def overrides(change, images, seed):
    """One row's settings: a cosine over the whole budget, the moving average short enough for it."""
    schedule = {'kind': 'cosine', 'warmupImages': images // 10, 'decayImages': 0, 'floor': 0.02}
    return [*change, f'images={images}', f'evaluateEvery={images}', f'seed={seed}', 'ema=0.98',
            f'schedule={json.dumps(schedule)}']


def train(arguments, change, seed, run):
    """Trains one run unless its checkpoint says that it is finished."""
    settings = overrides(change, arguments.images, seed)
    checkpoint = run / 'checkpoint.pt'
    if checkpoint.exists() and read_torch_checkpoint(checkpoint)['seen'] >= arguments.images:
        return settings
    command = [sys.executable, str(HERE / 'train.py'), arguments.config, '--data', arguments.data, '--run', str(run),
               '--initial', arguments.initial,
               '--cache', arguments.cache, '--threads', str(arguments.threads)]
    subprocess.run([*command, *(part for setting in settings for part in ('--set', setting))], check=True, cwd=HERE)
    return settings


def measured(arguments, settings, run):
    """The figures of a run's averaged weights at its end (no choice among moments), temperature from validation."""
    target = run / f'{arguments.split}.json'
    if not target.exists():
        config = load_config(arguments.config, settings)
        network = build_network(config.architecture, len(config.classes))
        network.load_state_dict(read_torch_checkpoint(run / 'checkpoint.pt')['average'])
        splits = {name: load_split(config, arguments.data, arguments.cache, name)
                  for name in {'validation', arguments.split}}
        logits = split_logits(network, config.input, splits)
        temperature = fit_temperature(logits['validation'], splits['validation'].majority)
        record = measure_splits(logits, splits, config.classes, temperature)[arguments.split]
        target.write_text(json.dumps({'majority': record['majority']['accuracy']['value'],
                                      'argmax': record['argmax']['accuracy']['value'],
                                      'macroRecall': record['majority']['macroRecall'],
                                      'logLoss': record['majority']['logLoss']}))
    return json.loads(target.read_text())


def write_tables(out, results, arguments):
    """table.csv: every run. table.md: mean and standard deviation over seeds."""
    with open(out / 'table.csv', 'w', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(('row', 'seed', *FIGURES))
        writer.writerows((row, seed, *(f'{values[name]:.4f}' for name in FIGURES))
                         for (row, seed), values in results.items())
    lines = [f'FERPlus {arguments.split}, {arguments.images} images a run, mean ± standard deviation over the seeds; '
             'accuracy and recall in %.', '',
             '| | seeds | accuracy, majority | accuracy, argmax | macro recall, majority | log loss |',
             '|---|---|---|---|---|---|']
    for row in dict.fromkeys(row for row, _ in results):
        runs = [values for (name, _), values in results.items() if name == row]
        cells = []
        for name in FIGURES:
            values = [run[name] * (1 if name == 'logLoss' else 100) for run in runs]
            digits = 3 if name == 'logLoss' else 1
            spread = statistics.stdev(values) if len(values) > 1 else 0
            cells.append(f'{statistics.mean(values):.{digits}f} ± {spread:.{digits}f}')
        lines.append(f'| {row} | {len(runs)} | ' + ' | '.join(cells) + ' |')
    (out / 'table.md').write_text('\n'.join(lines) + '\n')


def main():
    arguments = parse_arguments()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    out, results = Path(arguments.out).resolve(), {}
    out.mkdir(parents=True, exist_ok=True)
    for seed in arguments.seeds.split(','):
        for row in ROWS if arguments.all_rows else MAIN_ROWS:
            run = out / f'{row.replace(", ", "-").replace(" ", "-")}-{seed}'
            settings = train(arguments, ROWS[row], seed, run)
            results[row, int(seed)] = measured(arguments, settings, run)
            write_tables(out, results, arguments)
    sys.stdout.write((out / 'table.md').read_text())


if __name__ == '__main__':
    run(main)
