"""Where the golden numbers lie, and how they are read."""
import json
from pathlib import Path

import torch

from qcs_fer.config import Architecture, Stage
from qcs_fer.networks import build_network, load_parameters, read_checkpoint
from qcs_fer.safetensors_io import read_safetensors

FIXTURES = Path(__file__).resolve().parents[2] / 'test' / 'fixtures'
TINY_STAGES = (Stage(8, 2), Stage(16, 1), Stage(32, 2))
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def golden_arrays(name):
    return read_safetensors(FIXTURES / 'golden' / f'{name}.safetensors')[0]


def golden_scalars(name):
    return json.loads((FIXTURES / 'golden' / f'{name}.json').read_text())


def normalised(images):
    """uint8 [batch, 224, 224, 3] -> [batch, 3, 112, 112]: normalised, then every second pixel."""
    x = images.permute(0, 3, 1, 2).float() / 255
    x = (x - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)
    return x[:, :, ::2, ::2].contiguous()


def tiny_network(name):
    """The shrunk published network with the parameters of `name`.pth."""
    family, _, classes = name.split('-')
    architecture = Architecture(family=family, backbone='ir50', stages=TINY_STAGES, embedding=32,
                                batch_norm='per-branch',
                                csa_residual='raw' if name == 'dcs-tiny-8' else 'normalised')
    network = build_network(architecture, int(classes))
    load_parameters(network, read_checkpoint(FIXTURES / 'golden' / f'{name}.pth'))
    return network
