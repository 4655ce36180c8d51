#!/usr/bin/env python3
"""Writes tiny runs' checkpoints and their logits, for the page's reader to agree with: python3 write_runs.py

Two steps of the trainer from weights that make every image's answer its own. Large tensors are then tiled from their
first values, so that the files compress, and the running statistics are taken anew.
"""
import gzip
import tempfile
from pathlib import Path

import numpy as np
import torch

from qcs_fer.augment import normalise
from qcs_fer.config import load_config
from qcs_fer.data import evaluation_images
from qcs_fer.distributed import Workers
from qcs_fer.inference import predict
from qcs_fer.safetensors_io import read_safetensors, write_safetensors
from qcs_fer.samples import Samples
from qcs_fer.torch_checkpoint import read_torch_checkpoint
from qcs_fer.trainer import Trainer

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / 'test' / 'fixtures'
RUNS = FIXTURES / 'runs'
STAGES = '[{"channels":4,"units":1},{"channels":8,"units":1},{"channels":8,"units":1}]'
TOKENS = ['architecture.embedding=16', 'architecture.heads=2']
TINY = {'qcs-ir50': ['architecture.stem=4', f'architecture.stages={STAGES}', *TOKENS],
        'qcs-mobile': ['architecture.stem=8', *TOKENS], 'arm-resnet18': []}
LENGTH = ['batch=8', 'images=16', 'epochs=0', 'evaluateEvery=16', 'precision=float32']
MOST_VALUES_KEPT, PERIOD = 1000, 251


def noise(crops):
    """Samples of uint8 `crops` [n, 48, 48], labelled by turns."""
    labels = np.arange(len(crops)) % 8
    return Samples(crops[:, None], torch.eye(8)[torch.from_numpy(labels)], labels.copy(), labels.copy(),
                   np.zeros(len(crops), bool), [str(index) for index in range(len(crops))])


def spread(network):
    """Weights of unit gain in place of the trainer's small ones."""
    torch.manual_seed(1)
    with torch.no_grad():
        for value in network.parameters():
            if value.ndim > 1:
                value.normal_(0, value[0].numel() ** -0.5)


def trained(name, crops, folder):
    """What the trainer's best.pt holds after two steps, and the trainer."""
    config = load_config(HERE / 'configs' / f'{name}.json', TINY[name] + LENGTH)
    trainer = Trainer(config, noise(crops), noise(crops), folder, Workers(0, 1, torch.device('cpu')))
    trainer.initialise(spread)
    trainer.run()
    return read_torch_checkpoint(Path(folder) / 'best.pt'), trainer


def write_run(name, crops):
    """RUNS/<name>.pt.packed and <name>.safetensors: the crops and their logits."""
    with tempfile.TemporaryDirectory() as folder:
        state, trainer = trained(name, crops, folder)
        network, spec = trainer.network, trainer.config.input
        network.load_state_dict(state['network'])
        with torch.no_grad():
            for value in network.parameters():
                if value.numel() > MOST_VALUES_KEPT:
                    value.copy_(torch.from_numpy(np.resize(value.flatten()[:PERIOD].numpy(), value.shape)))
            network.train()
            for _ in range(20):
                network(normalise(evaluation_images(crops[:, None], spec), spec))
        torch.save({**state, 'network': network.state_dict()}, Path(folder) / 'run.pt')
        data = (Path(folder) / 'run.pt').read_bytes()
    # Compressed twice: the tiles leave a pattern in the first. Not called .gz, for servers would unpack it on the way.
    packed = gzip.compress(gzip.compress(data, 9, mtime=0), 9, mtime=0)
    (RUNS / f'{name}.pt.packed').write_bytes(packed)
    logits = predict(network, crops[:, None], spec)
    write_safetensors(RUNS / f'{name}.safetensors', {'crops': crops, 'logits': logits}, {'run': name})
    print(name, len(packed), 'bytes, logits apart by', (logits[0] - logits[1]).abs().max().item())


def main():
    RUNS.mkdir(exist_ok=True)
    crops = read_safetensors(FIXTURES / 'qcs-mobile-starter.golden.safetensors')[0]['crops'][:8]
    for name in TINY:
        write_run(name, crops)


if __name__ == '__main__':
    main()
