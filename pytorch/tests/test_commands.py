"""The ablation and the model soup, from the command line over a small set in FERPlus's layout."""
import csv
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from qcs_fer.ferplus import CLASSES
from qcs_fer.safetensors_io import read_safetensors, write_safetensors
from qcs_fer.torch_checkpoint import read_torch_checkpoint
from tests.test_training import HERE, TINY

COLUMNS = 'Usage,Image name,' + ','.join(CLASSES) + ',unknown,NF\n'


def write_small_ferplus(root):
    """Two classes, twelve training images and four in each of the other splits."""
    generator, rows = np.random.default_rng(7), []
    for usage, folder, count in (('Training', 'Train', 12), ('PublicTest', 'Valid', 4), ('PrivateTest', 'Test', 4)):
        place = root / 'data' / f'FER2013{folder}'
        place.mkdir(parents=True)
        for index in range(count):
            pixels = generator.integers(0, 60, (48, 48), dtype=np.uint8)
            pixels[24 * (index % 2):24 * (index % 2) + 24] += 150
            name = f'{folder}{index}.png'
            Image.fromarray(pixels).save(place / name)
            votes = [0] * 10
            votes[index % 2] = 10
            rows.append(f'{usage},{name},' + ','.join(map(str, votes)))
    (root / 'fer2013new.csv').write_text(COLUMNS + '\n'.join(rows) + '\n')


class Commands(unittest.TestCase):
    def call(self, *command):
        result = subprocess.run([sys.executable, *map(str, command)], cwd=HERE, capture_output=True, text=True,
                                timeout=400)
        self.assertEqual(result.returncode, 0, result.stderr[-2000:])
        return result.stdout

    def test_what_is_wrong_with_the_data_is_told_in_a_line(self):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, 'train.py', HERE / 'configs' / 'qcs-mobile.json', '--data', folder, '--run',
                       folder]
            result = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=400)
        self.assertEqual((result.returncode, result.stderr.count('\n')), (1, 1), result.stderr)
        self.assertIn('DatasetError: ', result.stderr)

    def test_ablation_and_soup(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            write_small_ferplus(root / 'ferplus')
            (root / 'tiny.json').write_text(json.dumps({**TINY, 'classes': CLASSES}))
            write_safetensors(root / 'backbone.safetensors', {'input_layer.0.weight': torch.ones(4, 3, 3, 3)})
            common = ['--data', root / 'ferplus', '--cache', root / 'cache']
            arguments = ['ablation.py', *common, '--initial', root / 'backbone.safetensors', '--config',
                         root / 'tiny.json', '--out', root / 'runs',
                         '--images', 16, '--seeds', '1,2']
            table = self.call(*arguments)
            self.assertEqual([line.split('|')[1].strip() for line in table.splitlines()[4:]],
                             ['base branch alone', 'DCS', 'QCS'])
            with open(root / 'runs' / 'table.csv', newline='') as file:
                rows = list(csv.DictReader(file))
            self.assertEqual(len(rows), 6)
            self.assertTrue(all(0 <= float(row['majority']) <= 1 for row in rows))
            self.assertEqual(self.call(*arguments), table)

            run = root / 'runs' / 'QCS-1'
            other = read_torch_checkpoint(root / 'runs' / 'QCS-2' / 'checkpoint.pt')['average']
            write_safetensors(root / 'other.safetensors',
                              {name: value for name, value in other.items() if 'num_batches' not in name})
            self.call('soup.py', run, *common, '--other', root / 'other.safetensors', '--out', root / 'soup',
                      '--shares', '0.25', '--precision', 'float32')
            first, mixed = (read_torch_checkpoint(path / 'best.pt')['network'] for path in (run, root / 'soup'))
            second = read_safetensors(root / 'other.safetensors')[0]
            for name, value in mixed.items():
                if value.is_floating_point():
                    self.assertTrue(torch.allclose(value, 0.25 * first[name] + 0.75 * second[name], atol=1e-6), name)


if __name__ == '__main__':
    unittest.main()
