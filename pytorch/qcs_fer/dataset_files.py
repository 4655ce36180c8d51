"""Reading what other people made: text, JSON, tables, zips and pictures. Whatever is wrong with one is a DatasetError
that names it.
"""
import csv
import hashlib
import io
import json
import math
import shutil
import zipfile
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

# The limits of the browser code (src/storage/zip.ts, src/node/decodeImage.ts).
MAXIMUM_UNPACKED_BYTES = 3 * 2 ** 29
MAXIMUM_PIXELS = 100_000_000
_EXAMPLES = 3


class DatasetError(ValueError):
    """The data are not what their kind says, or cannot be read."""


def listed(names):
    """The first few of `names` in words."""
    names = list(map(str, names))
    more = f' and {len(names) - _EXAMPLES} more' if len(names) > _EXAMPLES else ''
    return ', '.join(names[:_EXAMPLES]) + more


def read_bytes(path):
    """The bytes of a file. Raises DatasetError where it is missing, a folder, or may not be read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise DatasetError(f'{path} cannot be read: {error.strerror}') from error


def read_text(path):
    """The text of a UTF-8 file, with or without a byte order mark. Raises DatasetError."""
    try:
        return read_bytes(path).decode('utf-8-sig')
    except UnicodeDecodeError as error:
        raise DatasetError(f'{path} is not text in UTF-8: save it again in that encoding') from error


def read_rows(path):
    """(line, cells) of every row of a CSV, empty ones left out; `line` is where it begins. Raises DatasetError."""
    rows, line = [], 1
    reader = csv.reader(io.StringIO(read_text(path), newline=''), strict=True)
    try:
        for cells in reader:
            if cells:
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise DatasetError(f'{path} is no CSV: line {line}: {error}') from error
    return rows


def read_json(path):
    """The value in a JSON file. Raises DatasetError."""
    try:
        return json.loads(read_text(path))
    except ValueError as error:
        if isinstance(error, DatasetError):
            raise
        raise DatasetError(f'{path} is not JSON: export the data set again, or leave it out') from error


def finite_share(value):
    """Whether `value` can be a vote or a probability: a finite number, not negative, not a truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def read_image(path, channels):
    """uint8 [height, width] (1 channel: luma) or [height, width, 3], turned as its EXIF orientation says, as browsers
    do. Raises DatasetError.
    """
    try:
        with Image.open(path) as image:
            if image.width * image.height > MAXIMUM_PIXELS:
                raise DatasetError(f'{path} has more than {MAXIMUM_PIXELS // 1_000_000} megapixels: make it smaller')
            if image.mode.startswith('I'):
                # Pillow would clip 16 bits to 8 instead of scaling them.
                image = Image.fromarray((np.asarray(image, np.uint32) >> 8).clip(0, 255).astype(np.uint8))
            return np.asarray(ImageOps.exif_transpose(image).convert('L' if channels == 1 else 'RGB'), np.uint8)
    except FileNotFoundError as error:
        raise DatasetError(f'{path} is missing') from error
    except DatasetError:
        raise
    # Pillow's readers let many kinds out: SyntaxError and struct.error for broken chunks, OSError for cut ones,
    # ValueError for their values.
    except Exception as error:
        raise DatasetError(f'{path} is not an image that can be read: {error}') from error


def resized(picture, side):
    """uint8 [height, width(, 3)] -> [channels, side, side], by Pillow's antialiased bilinear."""
    image = Image.fromarray(picture)
    small = image if image.size == (side, side) else image.resize((side, side), Image.BILINEAR)
    return np.asarray(small, np.uint8).reshape(side, side, -1).transpose(2, 0, 1)


def unpacked(path, cache):
    """The folder `path`; a zip is checked and unpacked into `cache` under its hash first.

    Raises DatasetError for an archive that is damaged, encrypted, larger than 1.5 GiB unpacked, or that holds two files
    of one name.
    """
    path = Path(path)
    if path.is_dir():
        return path
    target = Path(cache) / f'export-{hashlib.sha256(read_bytes(path)).hexdigest()[:12]}'
    if not target.exists():
        partial = target.with_suffix('.partial')
        shutil.rmtree(partial, ignore_errors=True)
        _unpack(path, partial)
        partial.replace(target)
    return target


def _unpack(path, target):
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MAXIMUM_UNPACKED_BYTES:
                raise DatasetError(f'{path} unpacks to more than 1.5 GiB: import its folders in parts')
            for entry in entries:
                # Some programs of Windows write their own separators.
                entry.filename = entry.filename.replace('\\', '/')
            twice = [name for name, count in Counter(entry.filename for entry in entries).items() if count > 1]
            if twice:
                raise DatasetError(f'{path} is damaged: it holds {listed(twice)} twice')
            for entry in entries:
                archive.extract(entry, target)
    # ZipFile lets what its decompressors and the disk say through as it is.
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise DatasetError(f'{path} is no zip that can be read: {error}') from error
