"""What `evaluate --details --json` of the browser code printed, in the short form that manifests carry."""
from .config import ConfigError
from .measurement import rounded


# What a report says of a model's readings beside its labels; it goes into the record as it is.
_READINGS = ('mirrored', 'shares', 'sets', 'balanced', 'conditions')


def detailed_metrics(report, manifest):
    """(data set, split, record) from a report over a whole split of a model's data. Raises ConfigError for another
    model or a part.
    """
    run = report.get('run')
    if run is None:
        raise ConfigError('the report lacks its details: run evaluate with --details')
    measured = {file['path']: file['sha256'] for file in run['model']['files']}
    if any(measured.get(file['path']) != file['sha256'] for file in manifest['files']):
        raise ConfigError('the report is about other weights: run evaluate on this model')
    if run.get('limit') is not None:
        raise ConfigError('the report is about a part of the split: run evaluate without --limit')
    names = run['classes']
    classes = {name: {**{key: [value[part] for part in ('value', 'low', 'high')] if value else None
                         for key, value in report['details']['perClass'][name].items() if key != 'n'},
                      'n': report['perClass'][name]['n'],
                      'takenFor': _mistakes(names, index, report['confusion'][index])}
               for index, name in enumerate(names)}
    robustness = {name: [[point['accuracy']['value'], point['macroRecall']['value']] for point in points]
                  for name, points in report.get('corruptions', {}).items()}
    sizes = {point['n'] for points in report.get('corruptions', {}).values() for point in points}
    record = {'rule': run['data'].get('rule'), 'runtime': run['runtime'], 'backend': run['backend'],
              'msPerImage': report['msPerImage'],
              'accuracy': report['accuracy']['value'], 'classes': classes, 'robustness': robustness,
              'robustnessImages': max(sizes, default=0),
              **{name: report[name] for name in _READINGS if name in report}}
    return run['data']['layout'], run['data']['split'], rounded(record)


def _mistakes(names, index, row):
    """What images of a class were taken for, the most frequent mistake first."""
    wrong = sorted(((count, name) for other, (name, count) in enumerate(zip(names, row)) if other != index and count),
                   reverse=True)
    return {name: count for count, name in wrong}
