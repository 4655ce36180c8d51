"""Every backbone of the registry keeps what its record says, and is what the browser's twin has under its name."""
import json
import unittest

import torch

from qcs_fer.backbones import BACKBONES
from qcs_fer.config import Architecture, ConfigError, Stage, config_from
from qcs_fer.networks import build_network
from qcs_fer.safetensors_io import read_safetensors
from tests.test_training import TINY
from write_backbones import TABLE, golden, golden_file, golden_names, table


class Backbones(unittest.TestCase):
    def test_the_table_that_both_twins_are_held_to_is_of_these_backbones(self):
        self.assertEqual(table(), json.loads(TABLE.read_text()), 'run write_backbones.py, and mend the twin')

    def test_the_golden_numbers_that_the_browser_is_held_to_are_what_these_networks_compute(self):
        for name in golden_names():
            kept = read_safetensors(golden_file(name))[0]
            fresh = golden(name)
            self.assertEqual(list(fresh), list(kept), 'run write_backbones.py')
            for key, value in fresh.items():
                scale = max(1.0, kept[key].float().abs().max().item())
                # Processors add up in orders of their own, which gradients show most.
                tolerance = 1e-3 if key.startswith('gradient/') else 1e-4
                furthest = (value.float() - kept[key].float()).abs().max().item()
                self.assertLess(furthest, tolerance * scale, f'{name} {key}')

    def test_each_gives_the_maps_that_its_record_says(self):
        for name, record in BACKBONES.items():
            with self.subTest(name), torch.no_grad():
                family = 'qcs' if record.layout else 'arm'
                network = build_network(Architecture(family, name, embedding=16, heads=2), 3).eval()
                images = torch.zeros(4, 3, record.input['size'], record.input['size'])
                base, cross = network(images, network.branches)
                self.assertEqual((tuple(base.shape), cross is None), ((4, 3), family == 'arm'))
                backbone = getattr(network, record.prefix)
                maps = backbone(images)
                if record.layout:
                    self.assertEqual([level.shape[1] for level in maps], list(backbone.level_channels))
                    self.assertEqual(tuple(network.tokens(images).shape), (4, 147, 16))
                else:
                    self.assertEqual(maps.shape[1], backbone.channels)
                inside = {id(value) for value in backbone.parameters()}
                self.assertEqual({id(value) for value in network.backbone_parameters()}, inside)

    def test_an_architecture_that_its_backbone_cannot_have_is_refused(self):
        self.assertRaises(ConfigError, Architecture, 'arm', 'ir50')
        self.assertRaises(ConfigError, Architecture, 'qcs', 'resnet18')
        self.assertRaises(ConfigError, Architecture, 'qcs', 'nothing')
        stages = (Stage(4, 1), Stage(8, 1), Stage(8, 1))
        self.assertRaises(ConfigError, Architecture, 'qcs', 'mobilefacenet', stages=stages)

    def test_a_ghost_module_halves_its_channels_so_odd_numbers_are_refused(self):
        for stem, channels in ((5, 8), (4, 9)):
            architecture = Architecture('base', 'ghostfacenet', stem, (Stage(4, 1), Stage(channels, 1), Stage(8, 1)))
            self.assertRaises(ValueError, BACKBONES['ghostfacenet'].build, architecture)

    def test_a_configuration_without_an_input_takes_its_backbone_s(self):
        values = {name: value for name, value in TINY.items() if name != 'input'}
        spec = config_from(values).input
        self.assertEqual((spec.colour, spec.resize, spec.centre_crop, spec.stride), ('rgb', 'pillow-bilinear', 224, 2))
        values['architecture'] = {'family': 'qcs', 'backbone': 'mobilefacenet', 'embedding': 16, 'heads': 2}
        self.assertEqual((config_from(values).input.colour, config_from(values).input.stride), ('luma', 1))


if __name__ == '__main__':
    unittest.main()
