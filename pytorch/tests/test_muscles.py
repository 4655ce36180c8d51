"""The head that reads muscles: what it learns, what it writes into a model's folder, and which outputs are offered."""
import json
import shutil
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

import torch

from fit_muscles import offered_names
from qcs_fer.config import ConfigError
from qcs_fer.export import input_of, load_model, write_muscles
from qcs_fer.muscles import (MuscleHead, correlations, first_tokens, fit_head, other_side, pooled, read, read_teacher,
                             ridge)
from qcs_fer.safetensors_io import read_safetensors
from tests.test_card import SHIPPED

OPTIONS = SimpleNamespace(seed=1, rate=1e-2, weight_decay=0.01, epochs=8, batch=32, largest_error=9)


def synthetic(count):
    """Tokens whose values tell the targets, beside noise."""
    generator = torch.Generator().manual_seed(3)
    tokens = 5 + 3 * torch.randn(count, 148, 8, generator=generator)
    place = tokens[:, 1:50, 2].mean(1), tokens[:, 50:99, 5].mean(1)
    return tokens.half(), torch.sigmoid(2 * (torch.stack(place, 1) - 5))


class Muscles(unittest.TestCase):
    def test_head_and_ridge_find_what_the_tokens_tell(self):
        torch.manual_seed(1)
        tokens, targets = synthetic(900)
        tuning, held_out = (tokens[:100], targets[:100]), (tokens[100:200], targets[100:200])
        head = MuscleHead(tokens.shape[1:], 2, 4, 16, 0.0)
        best = fit_head(head, tokens[200:], targets[200:], tuning, OPTIONS)
        # The standardisation is inside: plain tokens go in.
        found = correlations(read(head, held_out[0]), held_out[1])
        self.assertGreater(found.min(), 0.7)
        self.assertAlmostEqual(best, correlations(read(head, tuning[0]), tuning[1]).mean(), places=2)
        predict = ridge(pooled(tokens[200:]), targets[200:], (pooled(tuning[0]), tuning[1]))
        self.assertGreater(correlations(predict(pooled(held_out[0])), held_out[1]).min(), 0.7)

    def test_what_has_two_sides_is_offered_with_both(self):
        found = {'jawOpen': 0.9, 'mouthSmileLeft': 0.8, 'mouthSmileRight': 0.69, 'jawLeft': 0.75, 'jawRight': 0.7,
                 'yaw': 0.95}
        self.assertEqual(offered_names(found, 0.7), ['jawOpen', 'jawLeft', 'jawRight'])
        self.assertEqual(other_side('eyeLookInLeft'), 'eyeLookInRight')

    def test_degrees_become_shares_and_unseen_faces_are_left_out(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / 'teacher.json'
            path.write_text(json.dumps({'names': ['jawOpen', 'yaw', 'pitch'],
                                        'faces': {'train': {'a.png': [0.5, -90, 45], 'b.png': None}}}))
            names, faces = read_teacher(path)
            self.assertEqual(names[0], 'jawOpen')
            self.assertEqual({name: list(values) for name, values in faces['train'].items()}, {'a.png': [0.5, 0, 0.75]})
            path.write_text('[]')
            with self.assertRaises(ConfigError):
                read_teacher(path)

    def test_the_folder_gets_file_manifest_and_card(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ('manifest.json', 'weights.safetensors'):
                shutil.copy(SHIPPED / name, folder)
            network, manifest = load_model(folder)
            images = torch.zeros(2, 1, 48, 48, dtype=torch.uint8)
            tokens = first_tokens(network, images, input_of(manifest))
            self.assertEqual(tokens.shape, (2, 148, 192))
            head = MuscleHead(tokens.shape[1:], 3, 2, 4, 0.0)
            spec = {'narrow': 2, 'hidden': 4, 'outputs': [{'name': 'jawOpen', 'correlation': 0.81}],
                    'teacher': 'a teacher', 'measured': {'split': 'validation', 'images': 7}}
            write_muscles(folder, '9.9.9', spec, head.tensors([1]))
            tensors = read_safetensors(Path(folder) / 'muscles.safetensors')[0]
            self.assertEqual(tensors['muscles.output.weight'].shape, (1, 4))
            self.assertTrue(torch.allclose(tensors['muscles.output.weight'][0].float(), head.output.weight[1]))
            _, manifest = load_model(folder)
            self.assertEqual([file['part'] for file in manifest['files']].count('muscles'), 1)
            self.assertEqual(manifest['muscles'], spec)
            self.assertIn('| jawOpen | 0.81 |', (Path(folder) / 'MODEL_CARD.md').read_text())


if __name__ == '__main__':
    unittest.main()
