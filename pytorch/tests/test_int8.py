"""Models in 8 bits: against what the page's code measures, stores and computes (test/fixtures/int8)."""
import json
import tempfile
import unittest
from pathlib import Path

import torch

from qcs_fer.backbones import BACKBONES
from qcs_fer.config import Architecture, input_from
from qcs_fer.export import input_of, load_model, read_manifest
from qcs_fer.inference import predict
from qcs_fer.int8 import computing_in_8_bits, in_8_bits, measure_ranges
from qcs_fer.networks import build_network, load_parameters
from qcs_fer.safetensors_io import multiplied_out, read_safetensors
from tests.test_golden_models import SHIPPED
from write_backbones import golden_file, golden_names, tiny_network
from write_int8 import FOLDER, images, write_model

# Of the width of a range; the sums of the two come about in another order.
NEAR = 1e-4


class Ranges(unittest.TestCase):
    def setUp(self):
        self.page = json.loads((FOLDER / 'ranges.json').read_text())

    def check(self, ranges, expected):
        self.assertEqual(set(ranges), set(expected))
        for name, (low, high) in expected.items():
            for value, wanted in zip(ranges[name], (low, high)):
                self.assertLess(abs(value - wanted), NEAR * (high - low) + 1e-9, name)

    def test_of_every_backbone_are_those_that_the_page_measures(self):
        for name in golden_names():
            with self.subTest(name):
                kept = read_safetensors(golden_file(name))[0]
                network = tiny_network(name)
                load_parameters(network, {key.removeprefix('weight/'): value for key, value in kept.items()
                                          if key.startswith('weight/')})
                spec = input_from(BACKBONES['mobilefacenet'].input)
                self.check(measure_ranges(network, kept['crops'].permute(0, 3, 1, 2), spec), self.page[name])

    def test_in_a_written_model_are_those_that_the_page_measures(self):
        manifest, _ = read_manifest(FOLDER)
        self.check(manifest['int8']['ranges'], self.page['int8'])

    def test_of_the_amended_network_are_one_an_image_and_leave_single_rows_out(self):
        torch.manual_seed(0)
        network = build_network(Architecture('arm', 'resnet18'), 3)
        spec = input_from(BACKBONES['resnet18'].input)
        crops = torch.randint(0, 256, (2, 3, 224, 224), dtype=torch.uint8)
        ranges = measure_ranges(network, crops, spec)
        self.assertEqual(list(ranges)[-1], 'arm.de_albino.weight')
        self.assertEqual(len(ranges), 20)
        low, high = zip(*(measure_ranges(network, crop[None], spec)['arm.de_albino.weight'] for crop in crops))
        first, second = sorted(high)
        self.assertAlmostEqual(ranges['arm.de_albino.weight'][1], first + 0.9 * (second - first), places=4)
        self.assertLessEqual(max(low), min(high))


class Written(unittest.TestCase):
    def test_weights_in_8_bits_are_those_of_the_shipped_model(self):
        exact = read_safetensors(SHIPPED / 'weights.safetensors')[0]
        compact = read_safetensors(SHIPPED / 'weights.int8.safetensors')[0]
        own = multiplied_out(in_8_bits(exact))
        self.assertEqual(set(own), set(compact))
        for name, value in own.items():
            self.assertTrue(torch.equal(value.float(), compact[name].float()), name)

    def test_the_model_that_the_page_reads_is_what_is_written_now(self):
        with tempfile.TemporaryDirectory() as folder:
            manifest = write_model(Path(folder))
            card = (Path(folder) / 'MODEL_CARD.md').read_text()
            fresh = read_safetensors(Path(folder) / 'expected.safetensors')[0]
        kept = read_safetensors(FOLDER / 'expected.safetensors')[0]
        self.assertEqual([(file['part'], file['dtype']) for file in manifest['files']],
                         [('compact', 'int8'), ('base', 'float16')])
        self.assertIn('8 bits', card)
        for name, value in kept.items():
            self.assertLess((fresh[name] - value).abs().max().item(), 0.02 * value.std().item(), name)

    def test_8_bits_change_the_logits_a_little_and_are_gone_afterwards(self):
        network, manifest = load_model(FOLDER)
        spec, crops = input_of(manifest), images().images
        before = predict(network, crops, spec)
        with computing_in_8_bits(network, manifest['int8']['ranges']):
            within = predict(network, crops, spec)
        moved = (within - before).norm() / before.norm()
        self.assertGreater(moved, 1e-4)
        self.assertLess(moved, 0.2)
        self.assertTrue(torch.equal(predict(network, crops, spec), before))


if __name__ == '__main__':
    unittest.main()
