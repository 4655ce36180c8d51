"""Images in folders: split/class/file, and the Train tab's export with its table of labels."""
import hashlib
import re
from pathlib import Path

import numpy as np
import torch

from .dataset_files import (DatasetError, finite_share, listed, read_bytes, read_image, read_json, read_rows, resized,
                            unpacked)
from .samples import Samples

SPLIT_NAMES = {'train': ('train', 'training'), 'validation': ('validation', 'valid', 'val', 'publictest'),
               'test': ('test', 'testing', 'privatetest')}
SUFFIXES = ('.png', '.jpg', '.jpeg', '.webp', '.bmp')
TABLE, VOTES = 'labels.csv', 'votes.json'


def _is_junk(name):
    """What archives of macOS carry along."""
    return name.startswith('.') or name == '__MACOSX'


def _split_of(name):
    return next((split for split, names in SPLIT_NAMES.items() if name.lower() in names), None)


def _folder_entries(root):
    """(path, label, split) of every image of split/class/file. Raises DatasetError for class folders outside of a
    split.
    """
    entries, strangers = [], []
    if not Path(root).is_dir():
        raise DatasetError(f'{root} is no folder')
    for folder in sorted(path for path in Path(root).iterdir() if path.is_dir() and not _is_junk(path.name)):
        split = _split_of(folder.name)
        images = [path for path in sorted(folder.glob('*/*')) if path.suffix.lower() in SUFFIXES
                  and not _is_junk(path.name)]
        if images and split is None:
            strangers.append(folder.name)
        entries += [(path, path.parent.name.lower(), split) for path in images]
    if strangers:
        raise DatasetError(f'{root}: {listed(strangers)} is no split; name the folders train, validation and test')
    if not entries:
        raise DatasetError(f'{root}: no image in split/class/file, with the splits train, validation and test')
    return entries


def _unescaped(cell):
    """A cell of the table as it was: text that a spreadsheet would run as a formula is written with an apostrophe in
    front (src/base/csv.ts).
    """
    return re.sub(r"^'(?='*[=+\-@\t\r])", '', cell)


def _export_entries(root):
    """(path, label, split) of every row with a split of the export's table `path,label,split,group`. Raises
    DatasetError.
    """
    table = Path(root) / TABLE
    if not table.exists():
        raise DatasetError(f'{table} is missing: an export of the Train tab holds a table of path,label,split,group')
    rows, entries = read_rows(table), []
    names = [name.strip().lower() for name in rows[0][1]] if rows else []
    if 'path' not in names or 'label' not in names:
        raise DatasetError(f'{table} needs a first line that names the columns path and label')
    for line, row in rows[1:]:
        cells = {name: _unescaped(cell).strip() for name, cell in zip(names, row)}
        if not cells.get('path') or not cells.get('label'):
            raise DatasetError(f'line {line} of {table} has no path or no label')
        if '\0' in cells['path']:
            raise DatasetError(f'line {line} of {table}: the path holds a zero character')
        path = (Path(root) / cells['path']).resolve()
        if not path.is_relative_to(Path(root).resolve()):
            raise DatasetError(f'{table}: {cells["path"]} leads out of the folder')
        written = cells.get('split', '')
        split = _split_of(written)
        if written and split is None:
            raise DatasetError(f'{written!r} in line {line} of {table} is no split; use train, validation or test')
        if split:
            entries.append((path, cells['label'].lower(), split))
    missing = [path.name for path, _, _ in entries if not path.exists()]
    if missing:
        raise DatasetError(f'{table} names {len(missing)} images that are not there: {listed(missing)}')
    return entries


def _export_votes(root):
    """path -> probabilities by class, of the samples that several people labelled. Raises DatasetError for anything
    else.
    """
    file = Path(root) / VOTES
    votes = read_json(file) if file.exists() else {}
    if not isinstance(votes, dict):
        raise DatasetError(f'{file} holds no votes by path')
    for path, shares in votes.items():
        if not isinstance(shares, dict) or not all(map(finite_share, shares.values())):
            raise DatasetError(f'{file}: the votes for {path} are no numbers by class')
        if '\0' in path:
            raise DatasetError(f'{file}: the path {path!r} holds a zero character')
    return {(Path(root) / path).resolve(): shares for path, shares in votes.items()}


def _targets(chosen, classes, votes):
    """float32 [n, classes]: the votes of a sample over the classes named, else its label alone."""
    rows = torch.eye(len(classes))[torch.tensor([classes.index(label) for _, label in chosen])]
    for row, (path, _) in enumerate(chosen):
        shares = torch.tensor([float(votes.get(path, {}).get(name, 0)) for name in classes])
        if shares.sum() > 0:
            rows[row] = shares / shares.sum()
    return rows


def _load(entries, cache, split, classes, side, channels, votes):
    unknown = sorted({label for _, label, _ in entries} - set(classes))
    if unknown:
        raise DatasetError(f'the data holds the classes {", ".join(unknown)}, which the configuration does not name')
    hashes, earlier = {}, set()
    for path, _, part in entries:
        hashes[path] = hashlib.sha256(read_bytes(path)).hexdigest()
        if list(SPLIT_NAMES).index(part) < list(SPLIT_NAMES).index(split):
            earlier.add(hashes[path])
    chosen = [(path, label) for path, label, part in entries if part == split]
    if not chosen:
        raise DatasetError(f'the data has no {split} images')
    key = hashlib.sha256('\n'.join([f'{side} {channels}',
                                    *(hashes[path] for path, _ in chosen)]).encode()).hexdigest()[:16]
    file = Path(cache) / f'images-{key}.npy'
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix('.partial.npy')
        np.save(partial, np.stack([resized(read_image(path, channels), side) for path, _ in chosen]))
        partial.replace(file)
    labels = np.array([classes.index(label) for _, label in chosen])
    return Samples(torch.from_numpy(np.load(file)), _targets(chosen, classes, votes), labels, labels.copy(),
                   np.array([hashes[path] in earlier for path, _ in chosen]), [path.name for path, _ in chosen])


def load_folders(root, cache, split, classes, side, channels):
    """Samples of `split` from root/split/class/file, resized to `side` (Pillow's antialiased bilinear)."""
    return _load(_folder_entries(root), cache, split, classes, side, channels, {})


def load_export(root, cache, split, classes, side, channels):
    """Samples of `split` from the Train tab's export: a folder, or the zip itself."""
    folder = unpacked(root, cache)
    return _load(_export_entries(folder), cache, split, classes, side, channels, _export_votes(folder))
