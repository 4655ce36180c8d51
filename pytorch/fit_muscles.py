#!/usr/bin/env python3
"""Fits the head that reads muscles from a model's tokens: python3 fit_muscles.py MODEL --teacher FILE --data FERPLUS.

FILE is what `npm run bench -- muscles` wrote. A tenth of the training images chooses the epoch; the validation images
are only measured. `--write` puts the head into the model's folder: those outputs that reach --least.
"""
import argparse
import os

import torch

from qcs_fer.command import run
from qcs_fer.export import input_of, load_model, write_muscles
from qcs_fer.ferplus import load_ferplus
from qcs_fer.muscles import (ANGLES, MuscleHead, angle_errors, correlations, first_tokens, fit_head, other_side, pooled,
                             read, read_teacher, ridge)

TEACHER = 'MediaPipe’s face landmarker'


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', help='the folder of the model')
    parser.add_argument('--teacher', required=True, help='the file of teacher values')
    parser.add_argument('--data', required=True, help='FERPlus, as for train.py')
    parser.add_argument('--cache', default=os.path.expanduser('~/.cache/qcs-fer'))
    parser.add_argument('--precision', default='float32', help='of the network: float32 or bfloat16')
    parser.add_argument('--threads', type=int, default=0)
    parser.add_argument('--limit', type=int, help='training images that are looked at; default all that the file has')
    parser.add_argument('--features', help='a file that keeps the tokens for another fit')
    parser.add_argument('--ridge', action='store_true', help='only ridge regression on pooled tokens, as a measure')
    parser.add_argument('--write', action='store_true', help='put the head into the model’s folder')
    parser.add_argument('--version', default='1.2.2', help='of the model with the head')
    parser.add_argument('--least', type=float, default=0.7, help='correlation from which an output is offered')
    parser.add_argument('--narrow', type=int, default=8)
    parser.add_argument('--hidden', type=int, default=96)
    parser.add_argument('--dropout', type=float, default=0.2)
    parser.add_argument('--rate', type=float, default=2e-3)
    parser.add_argument('--weight-decay', type=float, default=0.05)
    parser.add_argument('--batch', type=int, default=64)
    parser.add_argument('--epochs', type=int, default=30)
    parser.add_argument('--largest-error', type=float, default=9, help='squared, in standard deviations')
    parser.add_argument('--seed', type=int, default=1)
    return parser.parse_args()


def split_features(arguments, network, spec, faces, split, limit):
    """(tokens, targets) of the images of a split that the teacher has read."""
    samples = load_ferplus(arguments.data, arguments.cache, split)
    rows = [row for row, name in enumerate(samples.names) if name in faces[split]][:limit]
    if not rows:
        raise SystemExit(f'{arguments.teacher} has no faces of the {split} split')
    targets = torch.stack([torch.from_numpy(faces[split][samples.names[row]]) for row in rows])
    return first_tokens(network, samples.images[rows], spec, arguments.precision), targets


def load_features(arguments, network, spec, faces):
    """split -> (tokens, targets), kept in the file that --features names."""
    if arguments.features and os.path.exists(arguments.features):
        return torch.load(arguments.features)
    features = {split: split_features(arguments, network, spec, faces, split, limit)
                for split, limit in (('train', arguments.limit), ('validation', None))}
    if arguments.features:
        torch.save(features, arguments.features)
    return features


def main():
    arguments = parse_arguments()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    names, faces = read_teacher(arguments.teacher)
    network, manifest = load_model(arguments.model)
    features = load_features(arguments, network, input_of(manifest), faces)
    (tokens, targets), (held_out, wanted) = features['train'], features['validation']
    kept = len(tokens) // 10
    tuning, training = (tokens[:kept], targets[:kept]), (tokens[kept:], targets[kept:])
    if arguments.ridge:
        predict = ridge(pooled(training[0]), training[1], (pooled(tuning[0]), tuning[1]))
        told, head = predict(pooled(held_out)), None
    else:
        head = MuscleHead(tokens.shape[1:], len(names), arguments.narrow, arguments.hidden, arguments.dropout)
        fit_head(head, *training, tuning, arguments)
        told = read(head, held_out)
    found = dict(zip(names, correlations(told, wanted).tolist()))
    errors = dict(zip(names, angle_errors(told, wanted).tolist()))
    report(found, errors, len(training[0]), len(held_out), arguments.least)
    if arguments.write and head is not None:
        offered = offered_names(found, arguments.least)
        spec = {'narrow': arguments.narrow, 'hidden': arguments.hidden,
                'outputs': [{'name': name, 'correlation': round(found[name], 3)} for name in offered],
                'teacher': TEACHER, 'measured': {'split': 'validation', 'images': len(held_out)}}
        write_muscles(arguments.model, arguments.version, spec, head.tensors([names.index(name) for name in offered]))


def offered_names(found, least):
    """Names that reach `least`, in the teacher's order: both sides of what has two, or neither."""
    reach = {name for name, value in found.items() if value >= least and name not in ANGLES}
    return [name for name in found if {name, other_side(name)} <= reach]


def report(found, errors, trained, measured, least):
    """Prints the table of docs/accuracy.md."""
    shapes = {name: value for name, value in found.items() if name not in ANGLES}
    enough = sum(value >= least for value in shapes.values())
    print(f'{trained} training images, {measured} validation images: {enough} of {len(shapes)} reach {least}')
    print('| muscle | correlation |\n|---|--:|')
    for name, value in sorted(shapes.items(), key=lambda item: -(item[1] if item[1] == item[1] else -1)):
        print(f'| {name} | {value:.2f} |')
    print(', '.join(f'{name}: correlation {found[name]:.2f}, mean error {errors[name]:.1f}°' for name in ANGLES))


if __name__ == '__main__':
    run(main)
