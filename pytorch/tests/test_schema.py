"""The dataclasses and the names of this package are those of schema/, which the page shares."""
import dataclasses
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from qcs_fer import config, schema
from qcs_fer.config import ConfigError, Dropout, architecture_from, camel, config_from, load_config, to_json
from qcs_fer.export import manifest_architecture, read_manifest
from qcs_fer.ferplus import CLASSES
from qcs_fer.networks import build_network, canonical_names, load_parameters
from qcs_fer.sampler import class_weights
from tests.test_training import HERE, TINY, tiny_config

NAMES = {'Stage': 'StageSpec', 'Dropout': 'DropoutRates', 'Input': 'InputSpec'}
# Of one architecture a manifest says the dropout, and a configuration has it beside.
SAID_BESIDE = {'Architecture': {'dropout'}}


def sections():
    """(dataclass, its schema), all of config.py."""
    known = {'Config': config.RUN_SCHEMA, **config.DEFINITIONS}
    kinds = [kind for kind in vars(config).values() if getattr(kind, '__module__', '') == config.__name__]
    return [(kind, known[NAMES.get(kind.__name__, kind.__name__)]) for kind in kinds if dataclasses.is_dataclass(kind)]


def default_of(item):
    """A field's default as JSON; None where it has none."""
    value = item.default if item.default_factory is dataclasses.MISSING else item.default_factory()
    return None if value is dataclasses.MISSING else to_json(value)


class Twins(unittest.TestCase):
    def test_both_sides_have_the_same_fields_and_defaults(self):
        self.assertEqual(len(sections()), 12)
        for kind, section in sections():
            fields = {camel(item.name): item for item in dataclasses.fields(kind)}
            here = set(fields) | SAID_BESIDE.get(kind.__name__, set())
            self.assertEqual(here, set(section['properties']), kind.__name__)
            for name, item in fields.items():
                with self.subTest(f'{kind.__name__}.{name}'):
                    given, said = default_of(item), section['properties'][name].get('default')
                    if said == {}:
                        said = schema.defaults_of(schema.definition(section['properties'][name], config.DEFINITIONS))
                        given = {key: value for key, value in given.items() if not isinstance(value, dict)}
                        said = {key: value for key, value in said.items() if not isinstance(value, dict)}
                    if said is None:
                        self.assertTrue(given in (None, 0, []), 'a default that schema/ does not have')
                        self.assertTrue(given is not None or name in section['required'])
                    else:
                        self.assertEqual(given, said)

    def test_every_value_of_a_configuration_is_checked(self):
        wrong = {'id': 'a b', 'batch': 10, 'seed': -1, 'ema': 1, 'precision': 'float16', 'classes': ['a', 'a'],
                 'unknown': 1, 'optimizer': {}, 'sampling': {'negative': 'mrr'}, 'schedule': {'kind': 'linear'},
                 'data': {'packed': 48.5}, 'images': True, 'augmentation': {'flip': 2}, 'dropout': {'base': '0.1'},
                 'input': {**TINY['input'], 'mean': [0.5]},
                 'architecture': {**TINY['architecture'], 'csaResidual': 'none'}}
        for name, value in wrong.items():
            with self.subTest(name), self.assertRaisesRegex(ConfigError, f'{name}'):
                tiny_config(**{name: value})

    def test_every_number_of_a_manifest_has_its_bounds(self):
        shipped = HERE.parent / 'public' / 'models' / 'qcs-mobile' / 'manifest.json'
        manifest = json.loads(shipped.read_text())
        file = manifest['files'][0]
        wrong = {'format': 2, 'architecture.depth': 10 ** 9, 'architecture.heads': 10 ** 6, 'input.resizeTo': 40000,
                 'input.std': [1e-300, 1, 1], 'temperature': 1e-300, 'files': [{**file, 'bytes': 2 ** 40}],
                 'classes': [str(index) for index in range(10 ** 5)], 'version': 'x' * 10 ** 6,
                 'architecture.stages': [{'channels': 10 ** 9, 'units': 1}] * 3, 'input.template.nose': [1e300, 0],
                 'architecture.outputsPerClass': [10 ** 9] * 8, 'surprise': 1}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / 'manifest.json'
            for name, value in wrong.items():
                changed = json.loads(shipped.read_text())
                *sections, last = name.split('.')
                target = changed
                for section in sections:
                    target = target[section]
                target[last] = value
                path.write_text(json.dumps(changed))
                with self.subTest(name), self.assertRaisesRegex(ConfigError, last):
                    read_manifest(folder)
            for text in ('', '[', '[' * 10 ** 5, ' ' * 2 ** 21):
                path.write_text(text)
                with self.subTest(text[:1]), self.assertRaises(ConfigError):
                    read_manifest(folder)
            path.write_text(json.dumps(manifest))
            self.assertEqual(read_manifest(folder)[0], manifest)

    def test_a_configuration_comes_back_from_its_json(self):
        for given in (tiny_config(), load_config(HERE / 'configs' / 'arm-resnet18.json')):
            self.assertEqual(config_from(to_json(given)), given)
        self.assertNotIn('outputsPerClass', to_json(tiny_config())['architecture'])

    def test_blanks_of_older_checkpoints_are_fields_left_out(self):
        older = {'family': 'arm', 'backbone': 'resnet18', 'stem': 0, 'stages': [], 'embedding': 0,
                 'outputsPerClass': [], 'residual': True}
        values = {**to_json(load_config(HERE / 'configs' / 'arm-resnet18.json')), 'architecture': older}
        self.assertEqual(config_from(values).architecture.stages, ())

    def test_a_preset_is_a_published_setting(self):
        published = load_config(HERE / 'configs' / 'published' / 'dcs-affectnet8.json')
        self.assertEqual(published.classes[-1], 'contempt')
        self.assertEqual((published.input.resize_to, published.input.stride), (224, 2))
        self.assertEqual((published.architecture.family, published.architecture.csa_residual), ('dcs', 'raw'))
        self.assertEqual(published.dropout, Dropout(0.2, 0.5, True))
        self.assertEqual(tuple(schema.load_data('presets.json')['orders']['ferplus']), CLASSES)

    def test_dropout_after_the_projection_is_told_where_it_is(self):
        architecture = tiny_config().architecture
        self.assertEqual(manifest_architecture(architecture, Dropout(0.1, 0.2))['dropout'], {'base': 0.1, 'cross': 0.2})
        written = manifest_architecture(architecture, Dropout(0.1, 0.2, True))
        self.assertEqual(written['dropout'], {'base': 0.1, 'cross': 0.2, 'projection': True})
        self.assertEqual(architecture_from(written), architecture)

    def test_the_word_of_a_sampler_means_the_same_everywhere(self):
        named = schema.load_data('fine-tuning.json')
        self.assertEqual({mode['sampler'] for mode in named.values()}, {'q1'})
        self.assertEqual(config.Sampling(), config.Sampling('uniform', 'uniform'), 'q1 draws both classes uniformly')
        counts = np.array([10, 1])
        for scheme in ('uniform', 'balanced'):
            self.assertEqual(class_weights(counts, scheme).tolist(), [0.5, 0.5])


class TensorNames(unittest.TestCase):
    def test_backbones_alone_and_newer_tokens_find_their_place(self):
        compact = {'family': 'base', 'backbone': 'mobilefacenet', 'embedding': 8, 'heads': 2}
        for architecture in (TINY['architecture'], compact):
            network = build_network(architecture_from(architecture), 3)
            state = {name: value for name, value in network.state_dict().items() if 'num_batches' not in name}
            prefix = 'ir_back.' if 'ir_back.input_layer.0.weight' in state else 'backbone.'
            alone = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
            self.assertEqual({f'{prefix}{name}' for name in alone}, set(canonical_names(alone)))
            self.assertEqual(load_parameters(network, alone, strict=False), [])
        newer = {'embed_1.0.weight', 'embed_2.0.bias', 'embed_3.proj.weight', 'conv1.weight'}
        older = {'embed_q.0.weight', 'embed_k.0.bias', 'embed_v.proj.weight', 'conv1.weight'}
        self.assertEqual(set(canonical_names(newer)), older)
        compact = {'embed_1.weight', 'embed_2.weight', 'conv1.weight'}
        self.assertEqual(set(canonical_names(compact)), compact)


if __name__ == '__main__':
    unittest.main()
