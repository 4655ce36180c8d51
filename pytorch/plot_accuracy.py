#!/usr/bin/env python3
"""Draws what the browser code measured: python3 plot_accuracy.py MODEL OUT.

Takes the figures from the model's manifest (describe.py puts them there) and writes damage.png, calibration.png,
coverage.png and votes.png into OUT.
"""
import argparse
from pathlib import Path

from qcs_fer.accuracy_plots import PLOTS
from qcs_fer.command import run
from qcs_fer.config import ConfigError
from qcs_fer.export import read_manifest


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', help='the folder of the model')
    parser.add_argument('out', help='the folder of the pictures')
    parser.add_argument('--data', default='ferplus')
    parser.add_argument('--split', default='test')
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    manifest, _ = read_manifest(arguments.model)
    record = manifest.get('metrics', {}).get(arguments.data, {}).get(arguments.split, {}).get('detailed')
    if record is None:
        raise ConfigError(f'the manifest has no detailed figures of {arguments.data} {arguments.split}: run '
                          'describe.py')
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    for name, draw in PLOTS.items():
        draw(record, out / f'{name}.png')


if __name__ == '__main__':
    run(main)
