#!/usr/bin/env python3
"""Writes what this package's backbones are into test/fixtures/backbones.json, for both twins' tests to agree with:
python3 write_backbones.py
"""
import hashlib
import json
from pathlib import Path

from qcs_fer.backbones import BACKBONES
from qcs_fer.config import Architecture

TABLE = Path(__file__).resolve().parents[1] / 'test' / 'fixtures' / 'backbones.json'


def described(record):
    """What both twins must say of a backbone of its usual size; `parameters`: SHA-256 of the lines `name [shape]`,
    sorted.
    """
    family = 'base' if record.layout else 'resnet18'
    module = record.build(Architecture(family=family, backbone=record.name))
    kept = {name: list(value.shape) for name, value in module.state_dict().items()
            if not name.endswith('num_batches_tracked')}
    lines = sorted(f'{record.prefix}.{name} [{",".join(map(str, shape))}]\n' for name, shape in kept.items())
    return {'gives': 'levels' if record.layout else 'map', 'sized': record.sized, 'input': record.input,
            'channels': list(module.level_channels) if record.layout else module.channels,
            'tensors': len(lines), 'parameters': hashlib.sha256(''.join(lines).encode()).hexdigest()}


def table():
    """name -> description, for all backbones."""
    return {name: described(record) for name, record in BACKBONES.items()}


if __name__ == '__main__':
    TABLE.write_text(json.dumps(table(), indent=2) + '\n')
    print(TABLE)
