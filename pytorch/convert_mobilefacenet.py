#!/usr/bin/env python3
"""Turns foamliu/MobileFaceNet's weights/mobilefacenet.pt into the safetensors file that training starts from.

python3 convert_mobilefacenet.py mobilefacenet.pt mobilefacenet-msceleb.safetensors
"""
import argparse
import hashlib
from pathlib import Path

import torch

from qcs_fer.backbones.mobilefacenet import MobileFaceNet
from qcs_fer.command import run
from qcs_fer.safetensors_io import read_safetensors, write_safetensors

# Of the float32 values in the order of their names, so that it depends on no file format.
VALUES_SHA256 = '6b8ffd0c47fdf242041804074ff981445f0a1002b4cfc166071113ab6e5c9710'


def values_sha256(tensors):
    """SHA-256 over name and float32 values of every tensor, sorted by name."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode() + b'\0' + tensors[name].float().contiguous().numpy().tobytes())
    return digest.hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source', help='the published .pt, or a converted file to check')
    parser.add_argument('target', nargs='?', help='where to write; without it the source is only checked')
    arguments = parser.parse_args()
    if Path(arguments.source).suffix == '.safetensors':
        tensors = read_safetensors(arguments.source)[0]
    else:
        # The published file is a plain state dictionary in the format of PyTorch before 1.6, which only torch.load
        # reads.
        tensors = torch.load(arguments.source, map_location='cpu', weights_only=True)
    tensors = {name: value.float() for name, value in tensors.items() if not name.endswith('num_batches_tracked')}
    wanted = [name for name in MobileFaceNet().state_dict() if not name.endswith('num_batches_tracked')]
    missing = [name for name in wanted if name not in tensors]
    if missing:
        raise SystemExit(f'{arguments.source} lacks {missing[0]}: it is not the MobileFaceNet of foamliu/MobileFaceNet')
    found = values_sha256(tensors)
    verdict = 'as documented' if found == VALUES_SHA256 else f'NOT the documented {VALUES_SHA256}'
    print(f'values: sha256 {found}, {verdict}')
    if arguments.target:
        write_safetensors(arguments.target, tensors, {'source': 'foamliu/MobileFaceNet weights/mobilefacenet.pt',
                                                      'licence': 'Apache-2.0'})


if __name__ == '__main__':
    run(main)
