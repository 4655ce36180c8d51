"""Images in folders: split/class/file, and the Train tab's export with its table of labels."""
import csv
import hashlib
import json
import re
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import torch
from PIL import Image, ImageOps

from .samples import Samples

SPLIT_NAMES = {'train': ('train', 'training'), 'validation': ('validation', 'valid', 'val', 'publictest'),
               'test': ('test', 'testing', 'privatetest')}
SUFFIXES = ('.png', '.jpg', '.jpeg', '.webp', '.bmp')
TABLE, VOTES = 'labels.csv', 'votes.json'


class DatasetError(ValueError):
    """The folder or zip does not hold what its kind says."""


def _split_of(name):
    return next((split for split, names in SPLIT_NAMES.items() if name.lower() in names), None)


def _folder_entries(root):
    """(path, label, split) of every image of split/class/file."""
    entries = []
    for folder in sorted(path for path in Path(root).iterdir() if path.is_dir()):
        split = _split_of(folder.name)
        for path in sorted(folder.glob('*/*')) if split else ():
            if path.suffix.lower() in SUFFIXES:
                entries.append((path, path.parent.name.lower(), split))
    if not entries:
        raise DatasetError(f'{root}: no image in split/class/file, with the splits train, validation and test')
    return entries


def _unescaped(cell):
    """A cell of the table as it was: text that a spreadsheet would run as a formula is written with an apostrophe in front (src/base/csv.ts)."""
    return re.sub(r"^'(?='*[=+\-@\t\r])", '', cell or '')


def _export_entries(root):
    """(path, label, split) of every row with a split of the export's table `path,label,split,group`."""
    table = Path(root) / TABLE
    if not table.exists():
        raise DatasetError(f'{table} is missing: an export of the Train tab holds a table of path,label,split,group')
    entries = []
    with open(table, newline='', encoding='utf-8') as file:
        for cells in csv.DictReader(file):
            row = {name: _unescaped(cells.get(name)) for name in ('path', 'label', 'split')}
            path = (Path(root) / row['path']).resolve()
            if not path.is_relative_to(Path(root).resolve()):
                raise DatasetError(f'{table}: {row["path"]} leads out of the folder')
            split = _split_of(row['split'])
            if split:
                entries.append((path, row['label'].strip().lower(), split))
    return entries


def _export_votes(root):
    """path -> probabilities by class, of the samples that several people labelled."""
    file = Path(root) / VOTES
    votes = json.loads(file.read_text(encoding='utf-8')) if file.exists() else {}
    return {(Path(root) / path).resolve(): shares for path, shares in votes.items()}


def _targets(chosen, classes, votes):
    """float32 [n, classes]: the votes of a sample over the classes named, else its label alone."""
    rows = torch.eye(len(classes))[torch.tensor([classes.index(label) for _, label in chosen])]
    for row, (path, _) in enumerate(chosen):
        shares = torch.tensor([float(votes.get(path, {}).get(name, 0)) for name in classes])
        if shares.sum() > 0:
            rows[row] = shares / shares.sum()
    return rows


def _unpacked(root, cache):
    """The folder itself; a zip is unpacked into the cache under its hash first."""
    if Path(root).suffix.lower() != '.zip':
        return Path(root)
    target = Path(cache) / f'export-{hashlib.sha256(Path(root).read_bytes()).hexdigest()[:12]}'
    if not target.exists():
        partial = target.with_suffix('.partial')
        with ZipFile(root) as archive:
            archive.extractall(partial)
        partial.replace(target)
    return target


def _pixels(path, side, channels):
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert('L' if channels == 1 else 'RGB')
        small = upright if upright.size == (side, side) else upright.resize((side, side), Image.BILINEAR)
        return np.asarray(small, dtype=np.uint8).reshape(side, side, channels).transpose(2, 0, 1)


def _load(entries, cache, split, classes, side, channels, votes):
    unknown = sorted({label for _, label, _ in entries} - set(classes))
    if unknown:
        raise DatasetError(f'the data holds the classes {", ".join(unknown)}, which the configuration does not name')
    hashes, earlier = {}, set()
    for path, _, part in entries:
        hashes[path] = hashlib.sha256(path.read_bytes()).hexdigest()
        if list(SPLIT_NAMES).index(part) < list(SPLIT_NAMES).index(split):
            earlier.add(hashes[path])
    chosen = [(path, label) for path, label, part in entries if part == split]
    if not chosen:
        raise DatasetError(f'the data has no {split} images')
    key = hashlib.sha256('\n'.join([f'{side} {channels}', *(hashes[path] for path, _ in chosen)]).encode()).hexdigest()[:16]
    file = Path(cache) / f'images-{key}.npy'
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix('.partial.npy')
        np.save(partial, np.stack([_pixels(path, side, channels) for path, _ in chosen]))
        partial.replace(file)
    labels = np.array([classes.index(label) for _, label in chosen])
    return Samples(torch.from_numpy(np.load(file)), _targets(chosen, classes, votes), labels, labels.copy(),
                   np.array([hashes[path] in earlier for path, _ in chosen]), [path.name for path, _ in chosen])


def load_folders(root, cache, split, classes, side, channels):
    """Samples of `split` from root/split/class/file, resized to `side` (Pillow's antialiased bilinear)."""
    return _load(_folder_entries(root), cache, split, classes, side, channels, {})


def load_export(root, cache, split, classes, side, channels):
    """Samples of `split` from the Train tab's export: a folder, or the zip itself."""
    folder = _unpacked(root, cache)
    return _load(_export_entries(folder), cache, split, classes, side, channels, _export_votes(folder))
