"""The measured record of a model on one split: both rules, with and without duplicates. Every figure of a card comes
from here.
"""
from .inference import predict
from .metrics import fit_temperature, measure

RULES = ('majority', 'argmax')
SCORES = ('majority', 'argmax', 'macroRecall', 'calibrationError', 'temperature', 'logLoss')


def recall_column(name):
    """What the recall of a class is called in tables and scores."""
    return f'recall {name}'


def score(logits, samples, classes):
    """What a choice among weights is made by: SCORES and every class's recall (NaN without images), by name, at the
    fitted temperature.
    """
    temperature = fit_temperature(logits, samples.majority)
    majority = measure(logits, samples.majority, classes, temperature)
    recalls = {recall_column(name): entry['recall'] for name, entry in majority['perClass'].items()}
    return {'majority': majority['accuracy']['value'],
            'argmax': measure(logits, samples.argmax, classes)['accuracy']['value'],
            'macroRecall': majority['macroRecall'], 'calibrationError': majority['expectedCalibrationError'],
            'temperature': temperature, 'logLoss': majority['logLoss'],
            **{name: float('nan') if recall is None else float(recall) for name, recall in recalls.items()}}


def split_record(logits, samples, classes, temperature):
    """rule -> what `measure` gives, with `withoutDuplicates` beside it."""
    record = {}
    for rule in RULES:
        labels = samples.labels(rule)
        unique = labels.copy()
        unique[samples.duplicate] = -1
        alone = measure(logits, unique, classes, temperature)
        record[rule] = measure(logits, labels, classes, temperature) | {
            'withoutDuplicates': {name: alone[name]
                                  for name in ('n', 'accuracy', 'macroRecall', 'expectedCalibrationError')}}
    return record


def split_logits(network, spec, splits, device='cpu', precision='float32'):
    """split -> logits [n, classes] for Samples by split."""
    return {name: predict(network, samples.images, spec, device, precision) for name, samples in splits.items()}


def measure_splits(logits, splits, classes, temperature):
    """split -> record (see split_record) of logits by split."""
    return {name: split_record(logits[name], samples, classes, temperature) for name, samples in splits.items()}


def manifest_metrics(records):
    """The short form that the manifest carries, per split."""
    short = {}
    for split, record in records.items():
        by_rule = {rule: record[rule] for rule in RULES}
        short[split] = {
            'n': {rule: part['n'] for rule, part in by_rule.items()},
            'accuracy': {rule: part['accuracy']['value'] for rule, part in by_rule.items()},
            'accuracyInterval': {rule: [part['accuracy']['low'], part['accuracy']['high']]
                                 for rule, part in by_rule.items()},
            'macroRecall': {rule: part['macroRecall'] for rule, part in by_rule.items()},
            'expectedCalibrationError': {rule: part['expectedCalibrationError'] for rule, part in by_rule.items()},
            'accuracyWithoutDuplicates': {rule: part['withoutDuplicates']['accuracy']['value']
                                          for rule, part in by_rule.items()},
            'recall': {name: entry['recall'] for name, entry in by_rule['argmax']['perClass'].items()},
            'recallByMajority': {name: entry['recall'] for name, entry in by_rule['majority']['perClass'].items()},
            'countByMajority': {name: entry['n'] for name, entry in by_rule['majority']['perClass'].items()},
        }
    return rounded(short)


def rounded(value, digits=5):
    """Fractions to five digits, through dictionaries and lists: a percentage of one digit is then rounded once, as it
    should be.
    """
    if isinstance(value, dict):
        return {name: rounded(part, digits) for name, part in value.items()}
    if isinstance(value, list):
        return [rounded(part, digits) for part in value]
    return round(value, digits) if isinstance(value, float) else value
