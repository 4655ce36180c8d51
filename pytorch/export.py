#!/usr/bin/env python3
"""Writes public/models/<id>/ from a run: python3 export.py RUN --data FERPLUS --out DIR [--test]."""
import argparse
import json
import os
from pathlib import Path

import torch

from qcs_fer.backbones import BACKBONES
from qcs_fer.command import run
from qcs_fer.config import config_from
from qcs_fer.data import load_split
from qcs_fer.export import load_model, write_manifest, write_weights
from qcs_fer.measurement import manifest_metrics, measure_splits, split_logits
from qcs_fer.metrics import fit_temperature
from qcs_fer.torch_checkpoint import read_torch_checkpoint

DATA_NOTICES = {
    'ferplus': 'FERPlus labels: MIT; the FER2013 images behind them were gathered from the web with no stated licence.',
}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('run', help='the folder of a run: its best.pt is exported')
    parser.add_argument('--data', required=True, help='the data set, as for train.py')
    parser.add_argument('--out', required=True, help='folder of the model, e.g. ../public/models/qcs-mobile')
    parser.add_argument('--version', default='1.0.0')
    parser.add_argument('--test', action='store_true',
                        help='measure the test split as well: once, when all choices are made')
    parser.add_argument('--hardware', default='', help='what it was trained on, for the card')
    parser.add_argument('--schedule', default='',
                        help='how the rate ran, where the configuration does not say it (a decay by the clock)')
    parser.add_argument('--cache', default=os.path.expanduser('~/.cache/qcs-fer'))
    parser.add_argument('--threads', type=int, default=0)
    return parser.parse_args()


def described(schedule):
    """A schedule in words."""
    words = {'constant': 'constant rate', 'exponential': f'rate times {schedule.factor} an epoch',
             'cosine': f'cosine to {schedule.floor} of the peak',
             'wsd': f'stable, then a decay over the last {schedule.decay_images} images'}
    return f'warm-up over {schedule.warmup_images} images, {words[schedule.kind]}'


def training_record(config, state, hardware, schedule):
    """What the manifest and the card say about the training."""
    options, before = config.optimizer, state['seenBefore']
    record = {'dataKind': config.data.kind,
              'data': f'{config.data.kind}, training split, labels from {config.data.labels}, images labelled by '
                      f'{config.data.rule}',
              'imagesSeen': state['seen'] + before, 'imagesSeenBefore': before,
              'optimizer': f'AdamW, beta {options.betas[0]} and {options.betas[1]}, weight decay '
                           f'{options.weight_decay}, rate {options.rate}, backbone times {options.backbone_factor}, '
                           f'clip {options.clip}, SAM {options.sam or "none"}',
              'schedule': schedule or described(config.schedule),
              'batch': f'{config.batch * options.accumulate} images',
              'sampling': f'anchor {config.sampling.anchor}, negative {config.sampling.negative} '
                          '(power of the class size)',
              'weights': f'{state["weights"]} weights, moving average {config.ema}', 'seed': config.seed}
    return record | ({'hardware': hardware} if hardware else {}) | {'configuration': state['config']}


def class_counts(samples, config):
    """Training images by class."""
    labels = samples.labels(config.data.rule)
    return {name: int((labels == index).sum()) for index, name in enumerate(config.classes)}


def main():
    arguments = parse_arguments()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    state = read_torch_checkpoint(Path(arguments.run) / 'best.pt')
    config = config_from(state['config'], 'the run’s configuration')
    files = write_weights(arguments.out, config, state['network'])
    training = training_record(config, state, arguments.hardware, arguments.schedule)
    training['classImages'] = class_counts(load_split(config, arguments.data, arguments.cache, 'train'), config)
    notice = ' '.join(text for text in (BACKBONES[config.architecture.backbone].notice,
                                        DATA_NOTICES.get(config.data.kind)) if text)

    def write(temperature, metrics):
        return write_manifest(arguments.out, config, files, temperature, arguments.version, training, metrics, notice)

    # Measured on the half-precision files that ship, not on the run's weights.
    write(1.0, {})
    network, _ = load_model(arguments.out)
    names = ['validation', 'test'] if arguments.test else ['validation']
    splits = {name: load_split(config, arguments.data, arguments.cache, name) for name in names}
    logits = split_logits(network, config.input, splits)
    temperature = round(fit_temperature(logits['validation'], splits['validation'].majority), 4)
    records = measure_splits(logits, splits, config.classes, temperature)
    write(temperature, {config.data.kind: manifest_metrics(records)})
    (Path(arguments.run) / 'measured.json').write_text(json.dumps(records, indent=1))
    print(json.dumps(manifest_metrics(records), indent=1))


if __name__ == '__main__':
    run(main)
