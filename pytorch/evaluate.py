#!/usr/bin/env python3
"""Measures an exported model: python3 evaluate.py ../public/models/qcs-mobile --data FERPLUS [--split validation]; JSON
on standard output.
"""
import argparse
import json
import os
from types import SimpleNamespace

import torch

from qcs_fer.command import run
from qcs_fer.config import Data
from qcs_fer.data import load_split
from qcs_fer.export import input_of, load_model
from qcs_fer.measurement import measure_splits, split_logits


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('model', help='folder of a model, or its manifest.json')
    parser.add_argument('--data', required=True)
    parser.add_argument('--kind', default='ferplus', choices=('ferplus', 'folders', 'export'))
    parser.add_argument('--split', default='validation', choices=('train', 'validation', 'test'))
    parser.add_argument('--packed', type=int, default=48, help='side in pixels at which folders of images are read')
    parser.add_argument('--cache', default=os.path.expanduser('~/.cache/qcs-fer'))
    parser.add_argument('--threads', type=int, default=0)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    network, manifest = load_model(arguments.model)
    spec = input_of(manifest)
    source = SimpleNamespace(input=spec, classes=tuple(manifest['classes']),
                             data=Data(kind=arguments.kind, packed=arguments.packed))
    splits = {arguments.split: load_split(source, arguments.data, arguments.cache, arguments.split)}
    logits = split_logits(network, spec, splits)
    print(json.dumps(measure_splits(logits, splits, source.classes, manifest['temperature']), indent=1))


if __name__ == '__main__':
    run(main)
