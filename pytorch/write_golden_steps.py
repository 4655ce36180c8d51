#!/usr/bin/env python3
"""Writes what ten steps of this trainer make of a tiny network, for the browser's: python3 write_golden_steps.py

Two runs from one start on the same quadruplets: `all` with SAM, clipping, weight decay, a rate of its own for the
backbone, the warm-up of the average, and a cosine with warm-up; `plain` with none of them and an average whose decay
soon reaches its limit.
"""
import argparse
import json
import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from qcs_fer.config import config_from, to_json
from qcs_fer.distributed import Workers
from qcs_fer.qcs import QcsNetwork
from qcs_fer.safetensors_io import write_safetensors
from qcs_fer.samples import Samples
from qcs_fer.trainer import Trainer

FIXTURE = Path(__file__).resolve().parents[1] / 'test' / 'fixtures' / 'golden' / 'ten-steps.safetensors'
STEPS, BATCH, ACCUMULATE, SIDE = 10, 8, 2, 48
STEP_IMAGES = BATCH * ACCUMULATE
CONFIG = {
    'id': 'ten-steps', 'classes': ['above', 'below', 'middle'], 'seed': 5,
    'batch': BATCH, 'images': STEPS * STEP_IMAGES, 'ema': 0.99,
    'architecture': {'family': 'qcs', 'backbone': 'mobilefacenet', 'stem': 8, 'embedding': 8, 'depth': 1, 'heads': 2,
                     'batchNorm': 'joint'},
    'input': {'size': 112, 'colour': 'luma', 'mean': [0.5] * 3, 'std': [0.25] * 3,
              'resize': 'half-pixel', 'resizeTo': 112, 'centreCrop': 112},
    'augmentation': {'flip': 0}, 'sampling': {'anchor': 'uniform', 'negative': 'uniform'},
    'optimizer': {'rate': 2e-3, 'backboneFactor': 0.3, 'weightDecay': 0.5, 'clip': 0.15, 'sam': 0.05,
                  'accumulate': ACCUMULATE},
    'schedule': {'kind': 'cosine', 'warmupImages': 3 * STEP_IMAGES, 'floor': 0.1}}
PLAIN = {**CONFIG, 'ema': 0.3, 'optimizer': {'rate': 2e-3, 'accumulate': ACCUMULATE}, 'schedule': {'kind': 'constant'}}
# The published start suits widths of hundreds. At eight hardly a signal would come through, and what little does would
# be lost in rounding, which Adam turns into whole steps: kernels, matrices of the heads, class token and positions that
# are so much larger keep ten steps close to themselves (measured with a start changed in its last bits).
KERNEL_GAIN, HEAD_GAIN, PLACE_GAIN = 10, 20, 50


class RecordedTrainer(Trainer):
    """Keeps the row of every step."""

    def _train_step(self):
        row = super()._train_step()
        self.rows = [*getattr(self, 'rows', []), row]
        return row


def pictures(count):
    """Noisy pictures of three kinds with soft labels: bright above, below, or in the middle columns."""
    generator = np.random.default_rng(1)
    labels = np.arange(count) % 3
    images = generator.integers(40, 110, (count, 1, SIDE, SIDE), dtype=np.uint8)
    half = SIDE // 2
    for image, label in zip(images, labels):
        [image[0, :half], image[0, half:], image[0, :, half // 2:-half // 2]][label][:] += 110
    targets = torch.full((count, 3), 0.1)
    targets[torch.arange(count), torch.from_numpy(labels)] = 0.8
    names = [str(index) for index in range(count)]
    return Samples(torch.from_numpy(images), targets, labels, labels, np.zeros(count, bool), names)


def sound_start(network):
    """Moves a fresh network to values at which ten steps are reproducible, and which the file holds exactly."""
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.startswith('backbone.') and parameter.ndim == 4:
                parameter.mul_(KERNEL_GAIN)
            if name.startswith('VIT_') and parameter.ndim == 2:
                parameter.mul_(HEAD_GAIN)
            if name.endswith(('pos_embed', 'cls_token')):
                parameter.mul_(PLACE_GAIN)
            if name.endswith('theta'):
                parameter.fill_(0.25)
            parameter.copy_(parameter.half().float())


def parameters_of(network):
    """Copies of what moves in training."""
    return {name: value.clone() for name, value in network.state_dict().items() if 'num_batches_tracked' not in name}


def pretrained_part(network):
    """What learns at the backbone's rate in the browser: the token convolutions too, which there are never new."""
    heads = ('VIT_', 'cross_attention_')
    return [parameter for name, parameter in network.named_parameters() if not name.startswith(heads)]


def run(values, samples):
    """The trainer after ten steps, and the start."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(QcsNetwork, 'backbone_parameters', pretrained_part):
        trainer = RecordedTrainer(config_from(values), samples, samples, folder, Workers(0, 1, torch.device('cpu')))
        trainer.initialise(sound_start)
        start = parameters_of(trainer.network)
        trainer.run()
        return trainer, start


def moves(network, start):
    """How far every value went, in half precision, all parameters in the order of `start` in one row."""
    end = parameters_of(network)
    return torch.cat([(end[name] - value).flatten() for name, value in start.items()]).half()


def golden():
    """name -> tensor, and the configurations."""
    samples = pictures(12)
    tensors, metadata = {}, {}
    for name, values in {'all': CONFIG, 'plain': PLAIN}.items():
        trainer, start = run(values, samples)
        draws = [trainer.sampler.draw(micro, BATCH) for micro in range(STEPS * ACCUMULATE)]
        tensors.update({'targets': samples.targets, 'draws': torch.from_numpy(np.stack(draws).astype(np.int32)),
                        'images': samples.images[:, 0],
                        **{f'start/{key}': value.half() for key, value in start.items()}})
        for column in ('rate', 'baseLoss', 'crossLoss', 'gradientNorm'):
            tensors[f'{name}/{column}'] = torch.tensor([row[column] for row in trainer.rows])
        tensors[f'{name}/weights'] = moves(trainer.network, start)
        tensors[f'{name}/average'] = moves(trainer.average.network, start)
        metadata[name] = json.dumps(to_json(trainer.config))
    return tensors, metadata


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', default=FIXTURE, help=f'default: {FIXTURE.name} among the browser code\'s fixtures')
    arguments = parser.parse_args()
    tensors, metadata = golden()
    write_safetensors(arguments.out, tensors, metadata)
    print(arguments.out)


if __name__ == '__main__':
    main()
