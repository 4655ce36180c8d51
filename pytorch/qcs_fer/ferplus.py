"""FERPlus: votes of ten annotators (Barsoum et al. 2016) over FER2013's images, packed once into one array."""
import csv
import hashlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .samples import NO_LABEL, Samples

FOLDERS = {'train': 'FER2013Train', 'validation': 'FER2013Valid', 'test': 'FER2013Test'}
USAGES = {'Training': 'train', 'PublicTest': 'validation', 'PrivateTest': 'test'}
CLASSES = ('neutral', 'happiness', 'surprise', 'sadness', 'anger', 'disgust', 'fear', 'contempt')
# The columns after the classes: unknown, and NF (not a face).
COLUMNS = len(CLASSES) + 2
SIDE = 48
_FORMAT = 1


def argmax_label(votes):
    """The largest of the ten columns (ties: the first); -1 where that is unknown or not a face."""
    label = int(np.argmax(votes))
    return label if label < len(CLASSES) else NO_LABEL


def majority_label(votes):
    """Single votes set to 0; the top column if it has more than half of the sum of all ten, else -1."""
    cleaned = np.where(votes > 1, votes, 0)
    label = int(np.argmax(cleaned))
    return label if label < len(CLASSES) and cleaned[label] * 2 > cleaned.sum() else NO_LABEL


def label_distribution(votes):
    """float32 [classes]: votes without single ones, unknown and not-a-face; all votes where nothing is left of them."""
    votes = votes[:len(CLASSES)]
    cleaned = np.where(votes > 1, votes, 0)
    kept = cleaned if cleaned.sum() else votes
    return (kept / kept.sum()).astype(np.float32) if kept.sum() else np.full(len(CLASSES), 1 / len(CLASSES), np.float32)


def read_votes(root):
    """name -> (split, votes int [10]); the first row of a name counts. The CSV stands above `data/` or in `root`."""
    votes = {}
    with open(Path(root) / 'fer2013new.csv', newline='') as file:
        for usage, name, *columns in list(csv.reader(file))[1:]:
            if name and name not in votes:
                votes[name] = USAGES[usage], np.array([int(column) for column in columns[:COLUMNS]])
    return votes


def _pack(root):
    votes, seen = read_votes(root), {}
    packed = {}
    for split, folder in FOLDERS.items():
        names, images, rows, duplicates = [], [], [], []
        for path in sorted((Path(root) / 'data' / folder).glob('*.png')):
            if path.name not in votes:
                continue
            data = path.read_bytes()
            first = seen.setdefault(hashlib.sha256(data).digest(), split)
            with Image.open(path) as image:
                images.append(np.asarray(image.convert('L'), dtype=np.uint8))
            names.append(path.name)
            rows.append(votes[path.name][1])
            duplicates.append(first != split)
        packed |= {f'{split}_images': np.stack(images), f'{split}_votes': np.stack(rows), f'{split}_names': np.array(names),
                   f'{split}_duplicate': np.array(duplicates)}
    return packed


def load_ferplus(root, cache, split):
    """Samples of one split, images [n, 1, 48, 48]. Packs the folders into `cache` on first use."""
    table = Path(root) / 'fer2013new.csv'
    if not table.exists():
        raise FileNotFoundError(f'{table} is missing: give the folder that holds fer2013new.csv and data/FER2013Train')
    key = hashlib.sha256(table.read_bytes()).hexdigest()[:12]
    file = Path(cache) / f'ferplus-{_FORMAT}-{key}.npz'
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix('.partial.npz')
        np.savez(partial, **_pack(root))
        partial.replace(file)
    packed = np.load(file)
    votes = packed[f'{split}_votes']
    return Samples(torch.from_numpy(packed[f'{split}_images']).unsqueeze(1), torch.from_numpy(np.stack([label_distribution(v) for v in votes])),
                   np.array([argmax_label(v) for v in votes]), np.array([majority_label(v) for v in votes]),
                   packed[f'{split}_duplicate'], list(packed[f'{split}_names']))
