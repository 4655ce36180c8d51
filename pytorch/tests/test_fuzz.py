"""Whatever a file holds, a reader gives what stands in it or one of this package's errors: the contract of
docs/reliability.md.
"""
import io
import json
import random
import unittest
import zipfile

import numpy as np
import torch
from PIL import Image

from qcs_fer.config import ConfigError
from qcs_fer.dataset_files import DatasetError, read_image, unpacked
from qcs_fer.export import read_manifest
from qcs_fer.folders import load_export
from qcs_fer.safetensors_io import SafetensorsError, read_safetensors, write_safetensors
from qcs_fer.torch_checkpoint import CheckpointError, read_torch_checkpoint
from tests.test_dataset_files import LIST, Folder, encoded
from tests.test_training import HERE

RUNS = 300
ERRORS = DatasetError, SafetensorsError, CheckpointError, ConfigError
NUMBERS = b'0', b'-1', b'1e9', b'1e308', b'1e999', b'9007199254740993', b'NaN', b'null', b'[]', b'{}', b'""'
WORDS = b'__proto__', b'\xff\xfe', b'"', b',', b'\n', b'../..', b'\0' * 4, b'\xff' * 4, b'PK\x03\x04', b'IHDR'


def damaged(data, chance):
    """One to three changes: bits, bytes cut out or copied, words put in, numbers replaced, the end cut off."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data) + 1)
        change = chance.randrange(6)
        if change == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif change == 1:
            del data[at:at + chance.randint(1, 12)]
        elif change == 2:
            data[at:at] = data[at:at + chance.randint(1, 60)]
        elif change == 3:
            data[at:at] = chance.choice(WORDS)
        elif change == 4:
            digits = [place for place, byte in enumerate(data) if 48 <= byte <= 57]
            if digits:
                place = chance.choice(digits)
                data[place:place + 1] = chance.choice(NUMBERS)
        else:
            del data[at:]
    return bytes(data)


class Fuzz(Folder):
    def feed(self, name, sound, read, runs=RUNS):
        """Reads the sound file, and then damaged ones; some of both kinds of ends must come."""
        path = self.root / name
        path.write_bytes(sound)
        read(path)
        chance, refused = random.Random(f'qcs {name}'), 0
        for run in range(runs):
            content = damaged(sound, chance)
            path.write_bytes(content)
            try:
                read(path)
            except ERRORS:
                refused += 1
            # Whatever else comes is the finding.
            except Exception as error:
                raise AssertionError(f'run {run}: {type(error).__name__}: {error}\n{content[:400]!r}') from error
        self.assertGreater(refused, 0)

    def test_manifests(self):
        self.feed('manifest.json', (HERE.parent / 'public/models/qcs-mobile/manifest.json').read_bytes(), read_manifest)

    def test_safetensors(self):
        write_safetensors(self.root / 'sound', {'a.weight': torch.ones(2, 3), 'b': torch.zeros(4)}, {'epoch': 3})
        self.feed('a.safetensors', (self.root / 'sound').read_bytes(), read_safetensors)

    def test_checkpoints(self):
        torch.save({'model': {'a.weight': torch.ones(2, 3), 'b': torch.zeros(4)}}, self.root / 'sound')
        self.feed('a.pth', (self.root / 'sound').read_bytes(), read_torch_checkpoint)

    def test_lists_and_votes_of_an_export(self):
        self.write(a_png=encoded('PNG'), b_png=encoded('PNG', np.eye(20, dtype=np.uint8)), labels_csv=LIST)
        self.feed('labels.csv', LIST.encode(), lambda _: self.load())
        self.write(labels_csv=LIST)
        self.feed('votes.json', json.dumps({'a.png': {'fear': 0.5, 'anger': 0.5}}).encode(), lambda _: self.load())

    def test_zips(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED) as archive:
            archive.writestr('labels.csv', LIST)
            archive.writestr('a.png', encoded('PNG'))
        self.feed('set.zip', stream.getvalue(), lambda path: unpacked(path, self.cache))

    def test_pictures(self):
        picture = np.random.default_rng(1).integers(0, 255, (24, 24, 3), np.uint8)
        for kind in ('PNG', 'JPEG', 'BMP', 'GIF', 'WEBP'):
            stream = io.BytesIO()
            Image.fromarray(picture).save(stream, kind)
            self.feed(f'a.{kind.lower()}', stream.getvalue(), lambda path: read_image(path, 3), RUNS // 3)
