"""MODEL_CARD.md from a manifest: card_template.md, filled in with figures of the measured record."""
from pathlib import Path
from string import Template

from .backbones import BACKBONES

_DATA_DOUBTS = {
    'ferplus': ('**FERPlus** (labels: Microsoft, MIT; Barsoum et al., 2016) relabels FER2013, whose images were gathered from the web for a '
                'challenge in 2013 with no stated licence and without asking the people shown.'),
    'folders': 'The images were given by whoever trained this model; their licence and the consent of the people shown are for that person to state.',
    'export': 'The images were given by whoever trained this model; their licence and the consent of the people shown are for that person to state.',
}
_TEMPLATE = Path(__file__).with_name('card_template.md')
_NOT_SHOWN = ('configuration', 'dataKind', 'classImages', 'processorHours')
# A server core under load, roughly; nothing here was measured with a meter.
_WATTS_A_CORE = 10


def _percent(value, digits=1):
    return 'none' if value is None else f'{100 * value:.{digits}f}'


def _results(metrics):
    lines = []
    for data, splits in metrics.items():
        lines += [f'{data}: whole image, one crop, no test-time averaging, at the manifest’s temperature. Accuracy with 95 % interval (Wilson), in %.', '',
                  '| split, rule | images | accuracy | without duplicates | macro recall | calibration error (15 bins) |', '|---|---|---|---|---|---|']
        for split, part in splits.items():
            for rule in part['accuracy']:
                low, high = part['accuracyInterval'][rule]
                lines.append(f'| {split}, {rule} | {part["n"][rule]} | {_percent(part["accuracy"][rule])} ({_percent(low)} to {_percent(high)}) | '
                             f'{_percent(part["accuracyWithoutDuplicates"][rule])} | {_percent(part["macroRecall"][rule])} | '
                             f'{_percent(part["expectedCalibrationError"][rule])} |')
        names = list(next(iter(splits.values()))['recall'])
        lines += ['', 'Recall by class, in %:', '', '| split, rule | ' + ' | '.join(names) + ' |', '|---' * (len(names) + 1) + '|']
        for split, part in splits.items():
            for label, recall in (('majority', part['recallByMajority']), ('argmax', part['recall'])):
                lines.append(f'| {split}, {label} | ' + ' | '.join(_percent(recall[name], 0) for name in names) + ' |')
            counts = part['countByMajority']
            lines.append(f'| {split}, images by majority | ' + ' | '.join(str(counts[name]) for name in names) + ' |')
        lines.append('')
    return lines


def _interval(values):
    return 'none' if values is None else f'{_percent(values[0], 0)} ({_percent(values[1], 0)} to {_percent(values[2], 0)})'


def _detailed(metrics):
    """Classes with intervals, robustness and speed, as the browser code measured them."""
    lines = []
    for data, splits in metrics.items():
        for split, part in splits.items():
            if 'detailed' not in part:
                continue
            record = part['detailed']
            lines += [f'Measured by the browser code itself ({record["runtime"]}, {record["backend"]}) on {data} {split}, {record["rule"]} rule: accuracy '
                      f'{_percent(record["accuracy"])}, {record["msPerImage"]:.0f} ms an image. By class with 95 % intervals, in %:', '',
                      '| class | images | precision | recall | F1 | most often taken for |', '|---|---|---|---|---|---|']
            for name, entry in record['classes'].items():
                mistakes = ', '.join(f'{other} ({count})' for other, count in list(entry['takenFor'].items())[:2]) or 'nothing'
                lines.append(f'| {name} | {entry["n"]} | {_interval(entry["precision"])} | {_interval(entry["recall"])} | {_interval(entry["f1"])} | {mistakes} |')
            if record['robustness']:
                lines += ['', f'Accuracy on damaged images, in % (strengths 1 to 5, {record["robustnessImages"]} images each; docs/evaluation.md says what they are):', '',
                          '| damage | 1 | 2 | 3 | 4 | 5 |', '|---|---|---|---|---|---|']
                lines += [f'| {name} | ' + ' | '.join(_percent(accuracy, 0) for accuracy, _ in points) + ' |' for name, points in record['robustness'].items()]
            lines.append('')
    return lines


def _reasons(name, part, training):
    """Why a class may be found seldom: few training images, and what it is mistaken for."""
    counts = training.get('classImages')
    share = f'; {_percent(counts[name] / sum(counts.values()))} % of the training images' if counts else ''
    taken = part.get('detailed', {}).get('classes', {}).get(name, {}).get('takenFor')
    return share + (f'; most often taken for {next(iter(taken))}' if taken else '')


def _failures(metrics, training):
    lines = []
    for data, splits in metrics.items():
        split, part = list(splits.items())[-1]
        weak = sorted((recall, name) for name, recall in part['recallByMajority'].items() if recall is not None and recall < 0.7)
        if weak:
            lines += [f'Least often found on {data} {split} (majority rule):', '']
            lines += [f'- {name}: {_percent(recall, 0)} % of {part["countByMajority"][name]}{_reasons(name, part, training)}' for recall, name in weak]
            lines += ['', 'Classes with few images have rough figures.', '']
        detailed = part.get('detailed', {})
        broken = [name for name, points in detailed.get('robustness', {}).items() if points[-1][0] < detailed['accuracy'] / 2]
        if broken:
            lines.append(f'Less than half as often right under the strongest damage of these kinds: {", ".join(broken)}.')
    return lines + ['Nothing is known about how it treats people of different age, sex or skin colour where the data carry no such labels.']


def _training(training):
    """The rows of the table about the training."""
    lines = [f'| {name} | {value} |' for name, value in training.items() if name not in _NOT_SHOWN]
    if 'processorHours' in training:
        hours = training['processorHours']
        lines.append(f'| energy | {hours} processor-core hours; at {_WATTS_A_CORE} W a core about '
                     f'{hours * _WATTS_A_CORE / 1000:.2f} kWh (estimated, not metered) |')
    return lines


def model_card(manifest):
    """The card's Markdown text."""
    architecture, training, metrics = manifest['architecture'], manifest['training'], manifest['metrics']
    spec = manifest['input']
    sizes = (f'{file["path"]} {file["bytes"] / 1e6:.2f} MB ({file["part"]})' for file in manifest['files'])
    doubts = (_DATA_DOUBTS[training['dataKind']], BACKBONES[architecture['backbone']].origin)
    parts = {'results': _results(metrics) + _detailed(metrics), 'failures': _failures(metrics, training),
             'doubts': [f'- {doubt}' for doubt in doubts], 'training': _training(training)}
    return Template(_TEMPLATE.read_text(encoding='utf-8')).substitute(
        {name: '\n'.join(lines) for name, lines in parts.items()}, id=manifest['id'], version=manifest['version'],
        family=architecture['family'], backbone=architecture['backbone'], licence=manifest['licence'],
        class_count=len(manifest['classes']), classes=', '.join(manifest['classes']), size=spec['size'],
        colour=spec['colour'], files=', '.join(sizes), temperature=f'{manifest["temperature"]:.4f}')
