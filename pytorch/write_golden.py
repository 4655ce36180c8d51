#!/usr/bin/env python3
"""Writes what PyTorch computes with a shipped model, for the browser code to agree with: python3 write_golden.py
../public/models/qcs-mobile

The 16 noise images and their order as quadruplets are those of test/fixtures/qcs-mobile-starter.golden.safetensors.
"""
import argparse
from pathlib import Path

import torch

from qcs_fer.augment import normalise
from qcs_fer.command import run
from qcs_fer.data import evaluation_images
from qcs_fer.export import input_of, load_model
from qcs_fer.safetensors_io import read_safetensors, write_safetensors

FIXTURES = Path(__file__).resolve().parents[1] / 'test' / 'fixtures'


def golden(model):
    """name -> tensor: crops uint8 [16, 48, 48], logits [16, classes], cross logits of the 16 as four quadruplets; and
    the manifest.
    """
    network, manifest = load_model(model, training=True)
    crops = read_safetensors(FIXTURES / 'qcs-mobile-starter.golden.safetensors')[0]['crops']
    spec = input_of(manifest)
    with torch.no_grad():
        logits, cross = network(normalise(evaluation_images(crops[:, None], spec), spec), 4)
    return {'crops': crops, 'logits': logits, 'quadruplet_cross_logits': cross}, manifest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', help='folder of a QCS model that reads luma')
    parser.add_argument('--out', help='default: test/fixtures/<id>.shipped.golden.safetensors')
    arguments = parser.parse_args()
    tensors, manifest = golden(arguments.model)
    out = Path(arguments.out) if arguments.out else FIXTURES / f'{manifest["id"]}.shipped.golden.safetensors'
    base = next(file for file in manifest['files'] if file['part'] == 'base')
    write_safetensors(out, tensors, {'model': manifest['id'], 'version': manifest['version'],
                                     'weights': base['sha256']})
    print(out)


if __name__ == '__main__':
    run(main)
