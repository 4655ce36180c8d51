#!/usr/bin/env python3
"""Draws what `npm run bench -- explain --out FIGURES` measured: python3 plot_explanations.py FIGURES OUT.png."""
import argparse
import json
from pathlib import Path

from qcs_fer.accuracy_plots import draw_explanations
from qcs_fer.command import run


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('figures', help='the JSON of the bench')
    parser.add_argument('out', help='the picture')
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    draw_explanations(json.loads(Path(arguments.figures).read_text(encoding='utf8')), arguments.out)


if __name__ == '__main__':
    run(main)
