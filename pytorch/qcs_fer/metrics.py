"""What a classifier's logits are worth against labels."""
import math

import numpy as np
import torch

CALIBRATION_BINS = 15
_Z95 = 1.959964


def wilson_interval(correct, count):
    """The 95 % interval of a fraction (Wilson 1927)."""
    if not count:
        return {'value': None, 'low': None, 'high': None}
    p, z2 = correct / count, _Z95 ** 2
    centre = (p + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z95 * math.sqrt(p * (1 - p) / count + z2 / (4 * count * count)) / (1 + z2 / count)
    return {'value': p, 'low': centre - half, 'high': centre + half}


def calibration_error(probabilities, labels, bins=CALIBRATION_BINS):
    """Expected calibration error: mean over bins of equal width of |accuracy - confidence|, weighted by count."""
    confidence, predicted = probabilities.max(1), probabilities.argmax(1)
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for index in range(bins):
        inside = place == index
        if inside.any():
            error += inside.mean() * abs((predicted[inside] == labels[inside]).mean() - confidence[inside].mean())
    return float(error)


def measure(logits, labels, classes, temperature=1.0):
    """Accuracy with interval, recall and precision per class, macro recall, ECE and log loss of logits [n, classes]."""
    keep = labels >= 0
    logits, labels = logits[torch.from_numpy(keep)].double() / temperature, labels[keep]
    probabilities = torch.softmax(logits, 1).numpy()
    predicted = probabilities.argmax(1)
    confusion = np.zeros((len(classes), len(classes)), int)
    np.add.at(confusion, (labels, predicted), 1)
    per_class = {}
    for index, name in enumerate(classes):
        hits, count, claimed = confusion[index, index], confusion[index].sum(), confusion[:, index].sum()
        recall, precision = hits / count if count else None, hits / claimed if claimed else 0.0
        f1 = 2 * hits / (count + claimed) if count else None
        per_class[name] = {'precision': float(precision), 'recall': recall, 'f1': f1, 'n': int(count)}
    recalls = [entry['recall'] for entry in per_class.values() if entry['recall'] is not None]
    return {'n': int(len(labels)), 'accuracy': wilson_interval(int((predicted == labels).sum()), len(labels)),
            'macroRecall': float(np.mean(recalls)), 'perClass': per_class, 'confusion': confusion.tolist(),
            'expectedCalibrationError': calibration_error(probabilities, labels),
            'logLoss': float(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).mean())}


def fit_temperature(logits, labels):
    """The temperature that minimises the log loss of logits [n, classes] over labels (Guo et al. 2017), by golden
    section.
    """
    keep = labels >= 0
    logits, goal = logits[torch.from_numpy(keep)].double(), torch.from_numpy(labels[keep]).long()

    def loss(logarithm):
        return torch.nn.functional.cross_entropy(logits / math.exp(logarithm), goal).item()

    low, high, ratio = math.log(0.1), math.log(10), (math.sqrt(5) - 1) / 2
    while high - low > 1e-5:
        first, second = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, second) if loss(first) < loss(second) else (first, high)
    return math.exp((low + high) / 2)
