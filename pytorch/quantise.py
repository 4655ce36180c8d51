#!/usr/bin/env python3
"""Lets the page multiply in 8 bits: python3 quantise.py MODEL --data FERPLUS [--split validation]

Measures on aligned face images what values meet each weight, writes that into MODEL/manifest.json as "int8" with what
it costs on the same split, and the weights in 8 bits beside the others. As `qcs-fer quantise` does it.
"""
import argparse
import os
from types import SimpleNamespace

import torch

from qcs_fer.command import run
from qcs_fer.config import Data
from qcs_fer.data import load_split
from qcs_fer.export import input_of, load_model, write_compact
from qcs_fer.int8 import CALIBRATION_IMAGES, quantise
from qcs_fer.samples import NO_LABEL


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', help='the folder of a model, as export.py writes it')
    parser.add_argument('--data', required=True, help='the data set, as for train.py')
    parser.add_argument('--kind', default='ferplus', choices=('ferplus', 'folders', 'export'))
    parser.add_argument('--split', default='validation', choices=('train', 'validation'),
                        help='never the images that will measure the model')
    parser.add_argument('--packed', type=int, default=48, help='side in pixels at which folders of images are read')
    parser.add_argument('--images', type=int, default=CALIBRATION_IMAGES, help='how many images show the ranges')
    parser.add_argument('--largest-loss', type=float, default=0.2,
                        help='points of accuracy: where the model loses more, nothing is written')
    parser.add_argument('--cache', default=os.path.expanduser('~/.cache/qcs-fer'))
    parser.add_argument('--threads', type=int, default=0)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    network, manifest = load_model(arguments.model)
    spec = input_of(manifest)
    source = SimpleNamespace(input=spec, classes=tuple(manifest['classes']),
                             data=Data(kind=arguments.kind, packed=arguments.packed))
    samples = load_split(source, arguments.data, arguments.cache, arguments.split)
    samples = samples.subset(samples.majority != NO_LABEL)
    stored, ranges, cost = quantise(network, samples, spec, arguments.images)
    print('Accuracy on {}: {:.2%} in int8, {:.2%} in float32. {:.2%} of {} answers are equal.'.format(
        arguments.split, cost['accuracy'], cost['exactAccuracy'], cost['agreement'], cost['images']))
    if 100 * (cost['exactAccuracy'] - cost['accuracy']) > arguments.largest_loss:
        print(f'That is more than --largest-loss {arguments.largest_loss}, so {arguments.model} stays as it was.')
        return
    write_compact(arguments.model, stored, {'ranges': ranges, 'measured': {'split': arguments.split, **cost}})
    print(f'Wrote {len(ranges)} ranges and the weights in 8 bits to {arguments.model}.')


if __name__ == '__main__':
    run(main)
