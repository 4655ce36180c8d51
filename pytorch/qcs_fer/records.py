"""What a run leaves behind: CSV logs, curves, atomic checkpoints."""
import csv
from pathlib import Path

import torch

from .measurement import recall_column


class CsvLog:
    """Appends rows to a CSV; rows at or past `images` of an earlier sitting are dropped on opening, so that a resumed
    log has no overlap.
    """

    def __init__(self, path, columns, images=0):
        self.path, self.columns = Path(path), columns
        kept = []
        if self.path.exists():
            with open(self.path, newline='') as file:
                kept = [row for row in csv.DictReader(file) if int(row['images']) <= images]
        with open(self.path, 'w', newline='') as file:
            writer = csv.DictWriter(file, columns, extrasaction='ignore')
            writer.writeheader()
            writer.writerows(kept)

    def write(self, row):
        """One row; floats with six significant digits."""
        with open(self.path, 'a', newline='') as file:
            csv.writer(file).writerow([f'{row[name]:.6g}' if isinstance(row[name], float) else row[name]
                                       for name in self.columns])


def save_atomically(value, path):
    """torch.save to a neighbour, then rename: a crash leaves the old file or the new one."""
    partial = Path(path).with_suffix('.partial')
    torch.save(value, partial)
    partial.replace(path)


def read_columns(path):
    """column -> floats of a CSV."""
    with open(path, newline='') as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in rows[0]} if rows else {}


def draw_curves(folder):
    """Writes curves.png of a run folder from its train.csv and evaluation.csv: loss and rate, accuracy, recall and
    calibration.
    """
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot
    train, evaluation = (read_columns(Path(folder) / name) for name in ('train.csv', 'evaluation.csv'))
    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(15, 4.2))
    if train:
        for name in ('loss', 'baseLoss', 'crossLoss'):
            left.plot(train['images'], train[name], label=name, linewidth=1)
        left.set(title='training loss', xlabel='images seen')
        rate = left.twinx()
        rate.plot(train['images'], train['rate'], color='grey', linestyle=':', label='rate')
        rate.set_ylabel('learning rate')
        left.legend()
    if evaluation:
        for name in ('majority', 'argmax', 'rawMajority'):
            middle.plot(evaluation['images'], [100 * value for value in evaluation[name]], marker='.', label=name)
        for name in ('macroRecall', 'calibrationError'):
            right.plot(evaluation['images'], [100 * value for value in evaluation[name]], marker='.', label=name)
        for name in evaluation:
            if name.startswith(recall_column('')):
                right.plot(evaluation['images'], [100 * value for value in evaluation[name]], linewidth=0.7, label=name)
        middle.set(title='validation accuracy, %', xlabel='images seen')
        right.set(title='validation, majority rule, %', xlabel='images seen')
        middle.legend()
        right.legend(fontsize='x-small')
    for axes in (left, middle, right):
        axes.locator_params(axis='x', nbins=5)
    figure.tight_layout()
    figure.savefig(Path(folder) / 'curves.png', dpi=110)
    pyplot.close(figure)
