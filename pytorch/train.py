#!/usr/bin/env python3
"""Trains a network: python3 train.py configs/qcs-mobile.json --data FERPLUS --run RUN, or the same under torchrun."""
import argparse
import dataclasses
import json
import os
import sys
import time
from pathlib import Path

import torch

from qcs_fer.command import run
from qcs_fer.config import load_config, to_json
from qcs_fer.data import load_split
from qcs_fer.distributed import finish_workers, first_alone, start_workers
from qcs_fer.export import load_model
from qcs_fer.networks import load_parameters, read_checkpoint
from qcs_fer.samples import training_samples
from qcs_fer.trainer import Trainer


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='a file of configs/')
    parser.add_argument('--data', required=True,
                        help='FERPlus: the folder with fer2013new.csv and data/; else the folder or zip of images')
    parser.add_argument('--run', required=True,
                        help='where checkpoints, logs and curves go; a checkpoint there is resumed')
    parser.add_argument('--initial', action='append', default=[],
                        help='weights to start from (.safetensors or torch.save); names that fit are taken; again for '
                             'more, of which the last counts')
    parser.add_argument('--initial-images', type=int, default=0,
                        help='images that those weights had seen, for the record')
    parser.add_argument('--branch',
                        help='start from this checkpoint instead, for a decay of its own (see --decay-images)')
    parser.add_argument('--decay-images', type=int, help='end the run with a decay over this many images from here on')
    parser.add_argument('--set', action='append', default=[], metavar='FIELD=JSON',
                        help='override a field, e.g. optimizer.sam=0.05')
    parser.add_argument('--cache', default=os.path.expanduser('~/.cache/qcs-fer'),
                        help='where packed data sets are kept')
    parser.add_argument('--until', help='stop at this time of day (HH:MM), checkpoint written')
    parser.add_argument('--decay-by-clock', action='store_true',
                        help='let the rate fall to 0 from now to --until, then evaluate')
    parser.add_argument('--device', default='', help='cpu or cuda; CUDA is taken where it is')
    parser.add_argument('--threads', type=int, default=0, help='CPU threads')
    return parser.parse_args()


def clock_time(text):
    """Seconds of the clock at the next HH:MM."""
    now = time.localtime()
    hour, minute = map(int, text.split(':'))
    moment = time.mktime((now.tm_year, now.tm_mon, now.tm_mday, hour, minute, 0, 0, 0, -1))
    return moment if moment > time.time() else moment + 86400


def take(network, tensors, workers):
    """Copies what fits, and says what did not."""
    left_out = load_parameters(network, tensors, strict=False)
    if left_out and workers.first:
        print(f'{len(left_out)} tensors have no place in this network: {", ".join(left_out[:5])} ...', file=sys.stderr)


def main():
    arguments = parse_arguments()
    if arguments.decay_by_clock and not arguments.until:
        raise SystemExit('--decay-by-clock needs --until: the time at which the rate reaches 0')
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    config = load_config(arguments.config, arguments.set)
    workers = start_workers(arguments.device)
    splits = first_alone(workers, lambda: [load_split(config, arguments.data, arguments.cache, name)
                                           for name in ('train', 'validation')])
    train, validation = training_samples(splits[0], config.data.rule, config.data.labels), splits[1]
    teacher = load_model(config.distillation.teacher)[0].to(workers.device) if config.distillation.teacher else None
    trainer = Trainer(config, train, validation, arguments.run, workers, teacher)
    checkpoint = Path(arguments.run) / 'checkpoint.pt'
    if checkpoint.exists():
        trainer.resume(checkpoint)
    elif arguments.branch:
        trainer.resume(arguments.branch, branch=True)
    elif arguments.initial:
        tensors = {name: value for path in arguments.initial for name, value in read_checkpoint(path).items()}
        trainer.initialise(lambda network: take(network, tensors, workers))
        trainer.seen_before = arguments.initial_images
    if arguments.decay_images and not checkpoint.exists():
        schedule = dataclasses.replace(config.schedule, decay_images=arguments.decay_images)
        trainer.config = dataclasses.replace(trainer.config, images=trainer.seen + arguments.decay_images,
                                             schedule=schedule)
    if workers.first:
        (Path(arguments.run) / 'config.json').write_text(json.dumps(to_json(trainer.config), indent=1))
    trainer.run(until=clock_time(arguments.until) if arguments.until else None, decay_by_clock=arguments.decay_by_clock)
    finish_workers(workers)


if __name__ == '__main__':
    run(main)
