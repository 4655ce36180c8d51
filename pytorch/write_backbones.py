#!/usr/bin/env python3
"""Writes what the backbones here are and compute, for both twins' tests to agree with: python3 write_backbones.py

test/fixtures/backbones.json describes all at their usual size. test/fixtures/golden/backbone-<name>.safetensors holds a
tiny QCS network over each that gives levels, with its logits, one training pass and the loss after a step. Files that
are there keep their weights.
"""
import dataclasses
import hashlib
import json
from pathlib import Path

import torch

from qcs_fer.augment import normalise
from qcs_fer.backbones import BACKBONES
from qcs_fer.config import Architecture, Stage, input_from
from qcs_fer.losses import branch_loss
from qcs_fer.networks import build_network, load_parameters
from qcs_fer.safetensors_io import read_safetensors, write_safetensors

FIXTURES = Path(__file__).resolve().parents[1] / 'test' / 'fixtures'
TABLE = FIXTURES / 'backbones.json'
CLASSES = 3
RATE = 0.01
TINY_STEM = 4
TINY_STAGES = (Stage(4, 1), Stage(8, 2), Stage(12, 1))
LARGEST_BYTES = 300_000


def described(record):
    """What both twins must say of a backbone; `parameters`: SHA-256 of the lines `name [shape]`, sorted."""
    module = record.build(Architecture(family='base' if record.layout else 'arm', backbone=record.name))
    lines = sorted(f'{record.prefix}.{name} [{",".join(map(str, value.shape))}]\n'
                   for name, value in module.state_dict().items() if 'num_batches' not in name)
    return {'gives': 'levels' if record.layout else 'map', 'sized': record.sized, 'input': record.input,
            'channels': list(module.level_channels) if record.layout else module.channels,
            'tensors': len(lines), 'parameters': hashlib.sha256(''.join(lines).encode()).hexdigest()}


def table():
    """name -> description, for all backbones."""
    return {name: described(record) for name, record in BACKBONES.items()}


def golden_names():
    """Backbones that tokens stand on."""
    return [name for name, record in BACKBONES.items() if record.layout]


def golden_file(name):
    return FIXTURES / 'golden' / f'backbone-{name}.safetensors'


def telling(network):
    """Draws all values anew, so that every one counts and images differ in their logits."""
    with torch.no_grad():
        for key, value in network.state_dict().items():
            if key.endswith('running_var'):
                value.add_(0.5 * torch.rand_like(value))
            elif value.ndim > 1:
                value.normal_(0, (2 / value[0].numel()) ** 0.5)
            elif value.is_floating_point():
                value.add_(0.2 * (torch.rand_like(value) - 0.5))
    return network


def tiny_network(name):
    """QCS over the backbone, of a few channels."""
    torch.manual_seed(20260)
    stages = TINY_STAGES if BACKBONES[name].sized else ()
    architecture = Architecture('qcs', name, TINY_STEM, stages, embedding=16, depth=1, heads=2, batch_norm='joint')
    network = build_network(architecture, CLASSES)
    return telling(network)


def computed(network, name, crops):
    """What the network gives for uint8 `crops` [4, 112, 112, 1]: one quadruplet of class 1 against class 2.

    `base` and `cross`: logits in evaluation; `gradient/<name>`: norms of a training pass's gradients; `moved/<name>`:
    running statistics behind it; `losses`: of that pass, and of another after a step of plain descent.
    """
    spec = dataclasses.replace(input_from(BACKBONES[name].input), stride=1)
    images = normalise(crops.permute(0, 3, 1, 2).float() / 255, spec)
    targets = torch.nn.functional.one_hot(torch.tensor([1, 1, 2, 2]), CLASSES).float()
    with torch.no_grad():
        base, cross = network.eval()(images, 4)
    loss = branch_loss(*network.train()(images, 4), targets)
    loss.backward()
    result = {'base': base, 'cross': cross}
    result |= {f'gradient/{key}': value.grad.norm().reshape(1) for key, value in network.named_parameters()}
    result |= {f'moved/{key}': value.clone() for key, value in network.state_dict().items() if 'running_' in key}
    with torch.no_grad():
        for value in network.parameters():
            value -= RATE * value.grad
        after = branch_loss(*network(images, 4), targets)
    return result | {'losses': torch.stack([loss.detach(), after])}


def golden(name):
    """All tensors of the golden file: `crops`, `weight/<name>`, and what `computed` says of them."""
    network = tiny_network(name)
    if golden_file(name).exists():
        kept = read_safetensors(golden_file(name))[0]
        crops = kept['crops']
        weights = {key.removeprefix('weight/'): value for key, value in kept.items() if key.startswith('weight/')}
        load_parameters(network, weights)
    else:
        generator = torch.Generator().manual_seed(1)
        crops = torch.randint(0, 256, (4, 112, 112, 1), dtype=torch.uint8, generator=generator)
    state = network.state_dict().items()
    weights = {f'weight/{key}': value.clone() for key, value in state if 'num_batches' not in key}
    return {'crops': crops, **weights, **computed(network, name, crops)}


def main():
    TABLE.write_text(json.dumps(table(), indent=2) + '\n')
    for name in golden_names():
        write_safetensors(golden_file(name), golden(name))
        size = golden_file(name).stat().st_size
        print(golden_file(name), size, 'bytes')
        if size > LARGEST_BYTES:
            raise SystemExit(f'{size} bytes are too many for the repository: {name} needs smaller sizes')


if __name__ == '__main__':
    main()
