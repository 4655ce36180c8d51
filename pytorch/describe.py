#!/usr/bin/env python3
"""Takes what the browser code measured into a model's manifest and card: python3 describe.py MODEL REPORT.json.

REPORT is the output of `npm run cli -- evaluate --model MODEL/manifest.json --data DATA --corrupt all --details
--json`.
"""
import argparse
import json
from pathlib import Path

from qcs_fer.card import model_card
from qcs_fer.command import run
from qcs_fer.evaluation_report import detailed_metrics
from qcs_fer.export import read_manifest


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', help='the folder of the model')
    parser.add_argument('report', help='the JSON that evaluate printed')
    parser.add_argument('--images-per-second', type=float, help='of the training on an idle machine, as its log tells')
    parser.add_argument('--cores', type=int, default=1, help='processor cores that the training used at that speed')
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    manifest, folder = read_manifest(arguments.model)
    report = json.loads(Path(arguments.report).read_text())
    data, split, record = detailed_metrics(report, manifest)
    manifest['metrics'].setdefault(data, {}).setdefault(split, {})['detailed'] = record
    if arguments.images_per_second:
        hours = manifest['training']['imagesSeen'] / arguments.images_per_second * arguments.cores / 3600
        manifest['training']['processorHours'] = round(hours, 1)
    (folder / 'manifest.json').write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + '\n')
    (folder / 'MODEL_CARD.md').write_text(model_card(manifest))


if __name__ == '__main__':
    run(main)
