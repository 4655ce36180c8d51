#!/usr/bin/env python3
"""Mixes the weights of two runs of one lineage (a model soup, Wortsman et al. 2022), the share chosen on validation.

python3 soup.py RUN --other WEIGHTS --data FERPLUS --out RUN2: RUN2/best.pt is what export.py then reads.
"""
import argparse
import csv
import os
from pathlib import Path

import torch

from qcs_fer.command import run
from qcs_fer.config import config_from
from qcs_fer.data import load_split
from qcs_fer.inference import predict
from qcs_fer.measurement import score
from qcs_fer.networks import build_network, load_parameters, read_checkpoint
from qcs_fer.records import save_atomically
from qcs_fer.torch_checkpoint import read_torch_checkpoint


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('run', help='the folder of a run: its best.pt is one part')
    parser.add_argument('--other', required=True, help='the other part (.safetensors or torch.save)')
    parser.add_argument('--data', required=True)
    parser.add_argument('--out', required=True, help='folder for best.pt and the table soup.csv')
    parser.add_argument('--shares', default='1,0.85,0.7,0.5,0', help='shares of the run to try')
    parser.add_argument('--precision', default='bfloat16', choices=('bfloat16', 'float32'),
                        help='for choosing; export.py measures in float32')
    parser.add_argument('--cache', default=os.path.expanduser('~/.cache/qcs-fer'))
    parser.add_argument('--threads', type=int, default=0)
    return parser.parse_args()


def mixed(first, second, share):
    """share * first + (1 - share) * second, name by name, running statistics included; whole numbers come from the
    first.
    """
    return {name: torch.lerp(second[name], value, share) if value.is_floating_point() else value
            for name, value in first.items()}


def main():
    arguments = parse_arguments()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    stored = read_torch_checkpoint(Path(arguments.run) / 'best.pt')
    config = config_from(stored['config'], 'the run’s configuration')
    network = build_network(config.architecture, len(config.classes))
    load_parameters(network, read_checkpoint(arguments.other))
    other = {name: value.clone() for name, value in network.state_dict().items()}
    validation = load_split(config, arguments.data, arguments.cache, 'validation')
    rows = []
    for share in map(float, arguments.shares.split(',')):
        network.load_state_dict(mixed(stored['network'], other, share))
        logits = predict(network, validation.images, config.input, precision=arguments.precision)
        rows.append({'share': share, **score(logits, validation, config.classes)})
        print(rows[-1], flush=True)
    best = max(rows, key=lambda row: row['majority'] + row['argmax'])
    Path(arguments.out).mkdir(parents=True, exist_ok=True)
    with open(Path(arguments.out) / 'soup.csv', 'w', newline='') as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    label, share = stored['weights'], best['share']
    if share != 1:
        label = f'{share:g} of this run ({label}) and {1 - share:g} of {Path(arguments.other).stem}, mixed'
    save_atomically({**stored, 'network': mixed(stored['network'], other, share), 'weights': label,
                     'validation': best}, Path(arguments.out) / 'best.pt')


if __name__ == '__main__':
    run(main)
