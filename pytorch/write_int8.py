#!/usr/bin/env python3
"""Writes a tiny model in 8 bits and what PyTorch computes with it, for the page's reader and kernels to agree with:
python3 write_int8.py

The images are those of test/fixtures/qcs-mobile-starter.golden.safetensors. Ranges as the page measures them on the
same images are in test/fixtures/int8/ranges.json, which its own test writes.
"""
from types import SimpleNamespace

import numpy as np
import torch

from qcs_fer.backbones import BACKBONES
from qcs_fer.config import Architecture, Dropout, input_from
from qcs_fer.export import input_of, load_model, write_compact, write_manifest, write_weights
from qcs_fer.inference import predict
from qcs_fer.int8 import computing_in_8_bits, quantise
from qcs_fer.networks import build_network
from qcs_fer.safetensors_io import read_safetensors, write_safetensors
from qcs_fer.samples import Samples
from write_backbones import telling
from write_golden import FIXTURES

FOLDER = FIXTURES / 'int8'
CLASSES = ('first', 'second', 'third')
BACKBONE = 'mobilefacenet'


def tiny_network():
    """Two blocks over the backbone."""
    torch.manual_seed(20260)
    network = build_network(Architecture('base', BACKBONE, 4, embedding=48, depth=2, heads=3), len(CLASSES))
    return telling(network)


def images():
    """Samples of the 16 noise images, labelled by turns."""
    crops = read_safetensors(FIXTURES / 'qcs-mobile-starter.golden.safetensors')[0]['crops'][:, None]
    labels = np.arange(len(crops)) % len(CLASSES)
    return Samples(crops, torch.eye(len(CLASSES))[torch.from_numpy(labels)], labels.copy(), labels.copy(),
                   np.zeros(len(crops), bool), [str(index) for index in range(len(crops))])


def write_model(folder):
    """A model's folder, and in expected.safetensors the logits [16, 3] of its exact weights and in 8 bits."""
    network, samples = tiny_network(), images()
    config = SimpleNamespace(id='tiny-int8', architecture=network.architecture, dropout=Dropout(), classes=CLASSES,
                             input=input_from(BACKBONES[BACKBONE].input))
    files = write_weights(folder, config, network.state_dict())
    write_manifest(folder, config, files, 1.0, '1.0.0', {'dataKind': 'noise'}, {}, '')
    network, manifest = load_model(folder)
    spec = input_of(manifest)
    exact = predict(network, samples.images, spec)
    stored, ranges, cost = quantise(network, samples, spec)
    write_compact(folder, stored, {'ranges': ranges, 'measured': {'split': 'noise', **cost}})
    with computing_in_8_bits(network, ranges):
        int8 = predict(network, samples.images, spec)
    write_safetensors(folder / 'expected.safetensors', {'exact': exact, 'int8': int8})
    return load_model(folder)[1]


def main():
    FOLDER.mkdir(exist_ok=True)
    write_model(FOLDER)
    (FOLDER / 'MODEL_CARD.md').unlink()
    for path in sorted(FOLDER.iterdir()):
        print(path.name, path.stat().st_size, 'bytes')


if __name__ == '__main__':
    main()
