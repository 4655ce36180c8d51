"""FERPlus: votes of ten annotators (Barsoum et al. 2016) over FER2013's images, packed once into one array."""
import hashlib
from pathlib import Path

import numpy as np
import torch

from .dataset_files import DatasetError, read_bytes, read_image, read_rows
from .samples import NO_LABEL, Samples

TABLE = 'fer2013new.csv'
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


def _table(root):
    table = Path(root) / TABLE
    if not table.exists():
        raise DatasetError(f'{table} is missing: give the folder that holds {TABLE} and data/{FOLDERS["train"]}')
    return table


def read_votes(root):
    """name -> (split, votes int [10]); the first row of a name counts. The CSV stands above `data/` or in `root`.
    Raises DatasetError.
    """
    table, votes = _table(root), {}
    rows = read_rows(table) or [(1, ())]
    if [name.strip().lower() for name in rows[0][1][:3]] != ['usage', 'image name', CLASSES[0]]:
        raise DatasetError(f'{table} is not the {TABLE} of FERPlus: its first line names other columns')
    for line, (usage, *cells) in rows[1:]:
        name, counts = cells[0] if cells else '', cells[1:1 + COLUMNS]
        if not name or name in votes:
            continue
        if usage not in USAGES or len(counts) < COLUMNS or not all(count.strip().isdecimal() for count in counts):
            raise DatasetError(f'line {line} of {table} has no usage or not ten vote counts')
        votes[name] = USAGES[usage], np.array([int(count) for count in counts])
    return votes


def _pack(root):
    votes, seen = read_votes(root), {}
    packed = {}
    for split, folder in FOLDERS.items():
        names, images, rows, duplicates = [], [], [], []
        for path in sorted((Path(root) / 'data' / folder).glob('*.png')):
            if path.name not in votes:
                continue
            first = seen.setdefault(hashlib.sha256(read_bytes(path)).digest(), split)
            images.append(read_image(path, 1))
            if images[-1].shape != (SIDE, SIDE):
                raise DatasetError(f'{path} is not {SIDE} x {SIDE} pixels, as every image of FERPlus is')
            names.append(path.name)
            rows.append(votes[path.name][1])
            duplicates.append(first != split)
        packed |= {f'{split}_images': np.array(images, np.uint8).reshape(-1, SIDE, SIDE),
                   f'{split}_votes': np.array(rows, int).reshape(-1, COLUMNS), f'{split}_names': np.array(names),
                   f'{split}_duplicate': np.array(duplicates, bool)}
    return packed


def load_ferplus(root, cache, split):
    """Samples of one split, images [n, 1, 48, 48]. Packs the folders into `cache` on first use. Raises DatasetError."""
    table = read_bytes(_table(root))
    key = hashlib.sha256(table).hexdigest()[:12]
    file = Path(cache) / f'ferplus-{_FORMAT}-{key}.npz'
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix('.partial.npz')
        np.savez(partial, **_pack(root))
        partial.replace(file)
    packed = np.load(file)
    votes = packed[f'{split}_votes']
    if not len(votes):
        raise DatasetError(f'{root} has no {split} images: data/{FOLDERS[split]} is empty or missing')
    return Samples(torch.from_numpy(packed[f'{split}_images']).unsqueeze(1),
                   torch.from_numpy(np.stack([label_distribution(v) for v in votes])),
                   np.array([argmax_label(v) for v in votes]), np.array([majority_label(v) for v in votes]),
                   packed[f'{split}_duplicate'], list(packed[f'{split}_names']))
