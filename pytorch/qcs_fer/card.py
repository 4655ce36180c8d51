"""MODEL_CARD.md from a manifest: the passages of card_template.md, filled in with figures of the measured record."""
from pathlib import Path
from string import Template

from .backbones import BACKBONES

_TEMPLATE = Path(__file__).with_name('card_template.md')
_NOT_SHOWN = ('configuration', 'dataKind', 'classImages', 'processorHours')
# A server core under load, roughly; nothing here was measured with a meter.
_WATTS_A_CORE = 10
_OFTEN_FOUND = 0.7
_MISTAKES_SHOWN = 2
# From this strength on damage is listed with its calibration.
_STRONG = 3


def _passages():
    """name -> Template: each passage begins with a line `=== name`."""
    _, *parts = ('\n' + _TEMPLATE.read_text(encoding='utf-8').rstrip('\n')).split('\n=== ')
    return {name: Template(text) for name, text in (part.split('\n', 1) for part in parts)}


def _percent(value, digits=1):
    return 'none' if value is None else f'{100 * value:.{digits}f}'


def _row(*cells):
    return f'| {" | ".join(map(str, cells))} |'


def _with_interval(value, low, high, digits=1):
    return f'{_percent(value, digits)} ({_percent(low, digits)} to {_percent(high, digits)})'


def _accuracies(split, part):
    """One row a rule."""
    return [_row(f'{split}, {rule}', part['n'][rule], _with_interval(accuracy, *part['accuracyInterval'][rule]),
                 *(_percent(part[name][rule]) for name in ('accuracyWithoutDuplicates', 'macroRecall',
                                                           'expectedCalibrationError')))
            for rule, accuracy in part['accuracy'].items()]


def _recalls(split, part, names):
    """Recall of every class by both rules, and how many images it has."""
    by_rule = (('majority', part['recallByMajority']), ('argmax', part['recall']))
    return [*(_row(f'{split}, {rule}', *(_percent(recall[name], 0) for name in names)) for rule, recall in by_rule),
            _row(f'{split}, images by majority', *(part['countByMajority'][name] for name in names))]


def _results(passages, data, splits):
    names = list(next(iter(splits.values()))['recall'])
    return passages['results'].substitute(
        data=data, names=' | '.join(names), rules='|---' * (len(names) + 1) + '|',
        accuracies='\n'.join(row for split, part in splits.items() for row in _accuracies(split, part)),
        recalls='\n'.join(row for split, part in splits.items() for row in _recalls(split, part, names)))


def _class_row(name, entry):
    intervals = ('none' if entry[key] is None else _with_interval(*entry[key], digits=0)
                 for key in ('precision', 'recall', 'f1'))
    mistakes = [f'{other} ({count})' for other, count in list(entry['takenFor'].items())[:_MISTAKES_SHOWN]]
    return _row(name, entry['n'], *intervals, ', '.join(mistakes) or 'nothing')


def _interval_of(figure, digits=1):
    return _with_interval(figure['value'], figure['low'], figure['high'], digits)


def _shares(passages, record):
    shares = record['shares']
    votes = (_row(name, f'{entry["expected"]:.0f}', f'{entry["counted"]:.0f}')
             for name, entry in shares['votes'].items())
    return passages['shares'].substitute(
        n=shares['n'], distance=f'{shares["distance"]:.3f}', plain=f'{shares["distanceOfProbabilities"]:.3f}',
        agreement=_interval_of(shares['agreement']), votes='\n'.join(votes),
        **{name: f'{value:.3f}' for name, value in shares['crossEntropy'].items()})


def _sets(passages, record):
    sets = record['sets']
    sizes = ', '.join(f'{size}: {count}' for size, count in enumerate(sets['sizes'], 1) if count)
    return passages['sets'].substitute(
        coverage=_interval_of(sets['coverage']), size=f'{sets["meanSize"]:.2f}', sizes=sizes,
        classes=' | '.join(sets['perClass']), rules='|---' * len(sets['perClass']) + '|',
        covered=' | '.join(_percent(entry['value'], 0) for entry in sets['perClass'].values()))


def _balanced(passages, record):
    balanced = record['balanced']
    recalls = (_row(name, _percent(record['classes'][name]['recall'][0], 0), _percent(entry['recall'], 0))
               for name, entry in balanced['perClass'].items())
    return passages['balanced'].substitute(
        accuracy=_percent(record['accuracy']), balanced=_interval_of(balanced['accuracy']),
        recall=_interval_of(balanced['macroRecall']), recalls='\n'.join(recalls))


def _mirrored(passages, record):
    mirrored = record['mirrored']
    return passages['mirrored'].substitute(
        accuracy=_interval_of(mirrored['accuracy']), recall=_interval_of(mirrored['macroRecall']),
        error=_percent(mirrored['expectedCalibrationError']))


def _conditions(passages, record):
    conditions = record['conditions']
    rows = [('none', '', conditions['undamaged'])]
    rows += [(name, point['strength'], point) for name, points in conditions['damaged'].items() for point in points
             if point['strength'] >= _STRONG]
    cells = (_row(name, strength, _percent(figures['withoutDoubt']['calibrationError']),
                  _percent(figures['calibrationError']), _percent(figures['calibrationErrorByChance']),
                  _percent(figures['withoutDoubt']['confidentlyWrong']['value']),
                  _percent(figures['confidentlyWrong']['value']), _percent(figures['misleading']['value']),
                  _percent(figures['unclear']['value'])) for name, strength, figures in rows)
    return passages['conditions'].substitute(n=conditions['undamaged']['n'], images=record['robustnessImages'],
                                             rows='\n'.join(cells))


_READINGS = {'mirrored': _mirrored, 'balanced': _balanced, 'shares': _shares, 'sets': _sets,
             'conditions': _conditions}


def _detailed(passages, data, split, record):
    """Classes with intervals, robustness and speed, as the browser code measured them."""
    text = passages['detailed'].substitute(
        {name: record[name] for name in ('runtime', 'backend', 'rule')}, data=data, split=split,
        accuracy=_percent(record['accuracy']), milliseconds=f'{record["msPerImage"]:.0f}',
        classes='\n'.join(_class_row(name, entry) for name, entry in record['classes'].items()))
    readings = ''.join('\n' + write(passages, record) for name, write in _READINGS.items() if name in record)
    if not record['robustness']:
        return text + readings
    damages = (_row(name, *(_percent(accuracy, 0) for accuracy, _ in points))
               for name, points in record['robustness'].items())
    return text + '\n' + passages['robustness'].substitute(images=record['robustnessImages'],
                                                           damages='\n'.join(damages)) + readings


def _weak_class(name, recall, part, training):
    """How seldom a class is found and why that may be: few training images, and what it is mistaken for."""
    counts = training.get('classImages')
    share = f'; {_percent(counts[name] / sum(counts.values()))} % of the training images' if counts else ''
    taken = part.get('detailed', {}).get('classes', {}).get(name, {}).get('takenFor')
    mistake = f'; most often taken for {next(iter(taken))}' if taken else ''
    return f'- {name}: {_percent(recall, 0)} % of {part["countByMajority"][name]}{share}{mistake}'


def _failures(passages, data, splits, training):
    split, part = list(splits.items())[-1]
    weak = sorted((recall, name) for name, recall in part['recallByMajority'].items()
                  if recall is not None and recall < _OFTEN_FOUND)
    rows = [_weak_class(name, recall, part, training) for recall, name in weak]
    text = passages['weak'].substitute(data=data, split=split, classes='\n'.join(rows)) + '\n' if weak else ''
    detailed = part.get('detailed', {})
    broken = [name for name, points in detailed.get('robustness', {}).items()
              if points[-1][0] < detailed['accuracy'] / 2]
    return text + (passages['broken'].substitute(damages=', '.join(broken)) + '\n' if broken else '')


def _training(passages, training):
    """The rows of the table about the training."""
    rows = [_row(name, value) for name, value in training.items() if name not in _NOT_SHOWN]
    if 'processorHours' in training:
        hours = training['processorHours']
        rows.append(_row('energy', passages['energy'].substitute(
            hours=hours, watts=_WATTS_A_CORE, energy=f'{hours * _WATTS_A_CORE / 1000:.2f}')))
    return '\n'.join(rows)


def _int8(passages, manifest):
    """What 8 bits cost; nothing for a model that has none."""
    measured = manifest.get('int8', {}).get('measured')
    return [] if measured is None else [passages['int8'].substitute(
        split=measured['split'], images=measured['images'], agreement=_percent(measured['agreement']),
        accuracy=_percent(measured['accuracy'], 2), exact=_percent(measured['exactAccuracy'], 2))]


def _muscles(passages, manifest):
    """What the head of muscles offers; nothing for a model that has none."""
    muscles = manifest.get('muscles')
    if muscles is None:
        return []
    rows = (_row(output['name'], f'{output["correlation"]:.2f}')
            for output in sorted(muscles['outputs'], key=lambda output: -output['correlation']))
    return [passages['muscles'].substitute(count=len(muscles['outputs']), teacher=muscles['teacher'],
                                           rows='\n'.join(rows), **muscles['measured'])]


def model_card(manifest):
    """The card's Markdown text."""
    passages = _passages()
    architecture, training, metrics = manifest['architecture'], manifest['training'], manifest['metrics']
    spec = manifest['input']
    sizes = (f'{file["path"]} {file["bytes"] / 1e6:.2f} MB ({file["part"]}, {file["dtype"]})'
             for file in manifest['files'])
    measured = [(data, split, part['detailed']) for data, splits in metrics.items() for split, part in splits.items()
                if 'detailed' in part]
    results = [*_int8(passages, manifest), *(_results(passages, data, splits) for data, splits in metrics.items()),
               *(_detailed(passages, *record) for record in measured), *_muscles(passages, manifest)]
    doubt = passages.get(training['dataKind'], passages['other'])
    return passages['card'].substitute(
        id=manifest['id'], version=manifest['version'], family=architecture['family'],
        backbone=architecture['backbone'], licence=manifest['licence'], size=spec['size'], colour=spec['colour'],
        class_count=len(manifest['classes']), classes=', '.join(manifest['classes']), files=', '.join(sizes),
        temperature=f'{manifest["temperature"]:.4f}', results='\n'.join(results),
        failures=''.join(_failures(passages, data, splits, training) for data, splits in metrics.items()),
        data_doubt=doubt.substitute(), backbone_doubt=BACKBONES[architecture['backbone']].origin,
        training=_training(passages, training))
