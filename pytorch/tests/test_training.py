"""A run learns, resumes bit for bit, exports, distils, and steps alike on one process and two."""
import contextlib
import dataclasses
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from qcs_fer.config import ConfigError, config_from, load_config
from qcs_fer.distributed import Workers
from qcs_fer.export import load_model, manifest_architecture, write_manifest, write_weights
from qcs_fer.losses import distillation_targets
from qcs_fer.records import read_columns
from qcs_fer.safetensors_io import read_safetensors
from qcs_fer.samples import Samples
from qcs_fer.torch_checkpoint import read_torch_checkpoint
from qcs_fer.trainer import Trainer

HERE = Path(__file__).resolve().parents[1]
WORKERS = Workers(0, 1, torch.device('cpu'))
TINY = {'id': 'tiny', 'classes': ['a', 'b', 'c'], 'seed': 3, 'batch': 8, 'images': 48, 'evaluateEvery': 48, 'ema': 0.9,
        'architecture': {'family': 'qcs', 'backbone': 'ir50', 'stem': 4, 'embedding': 16, 'depth': 1, 'heads': 2,
                         'batchNorm': 'joint',
                         'stages': [{'channels': 4, 'units': 1}, {'channels': 8, 'units': 1},
                                    {'channels': 8, 'units': 1}]},
        'input': {'size': 112, 'colour': 'luma', 'mean': [0.5] * 3, 'std': [0.25] * 3, 'resize': 'half-pixel',
                  'resizeTo': 112, 'centreCrop': 112},
        'sampling': {'anchor': 'natural', 'negative': 'natural'},
        'augmentation': {'rotation': 5, 'erasing': 0.3}, 'dropout': {'base': 0.1, 'cross': 0.1},
        'optimizer': {'rate': 1e-3, 'backboneFactor': 0.5, 'weightDecay': 0.01, 'clip': 1},
        'schedule': {'kind': 'cosine', 'warmupImages': 8}}


def tiny_config(**changes):
    return config_from({**TINY, **changes})


def tiny_samples(count, seed):
    """Images whose class is the side that is bright."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    images = generator.integers(0, 60, (count, 1, 48, 48), dtype=np.uint8)
    for image, label in zip(images, labels):
        image[0, 16 * label:16 * label + 16] += 150
    return Samples(torch.from_numpy(images), torch.eye(3)[torch.from_numpy(labels)], labels.copy(), labels.copy(),
                   np.zeros(count, bool),
                   [str(index) for index in range(count)])


def trained(folder, config, teacher=None):
    trainer = Trainer(config, tiny_samples(30, 1), tiny_samples(12, 2), folder, WORKERS, teacher)
    if (Path(folder) / 'checkpoint.pt').exists():
        trainer.resume(Path(folder) / 'checkpoint.pt')
    trainer.run()
    return trainer


class Training(unittest.TestCase):
    def assert_same(self, first, second):
        for name, value in first.network.state_dict().items():
            self.assertTrue(torch.equal(value, second.network.state_dict()[name]), name)
        for name, value in first.average.network.state_dict().items():
            self.assertTrue(torch.equal(value, second.average.network.state_dict()[name]), f'average {name}')

    def test_a_resumed_run_equals_an_unbroken_one(self):
        config = tiny_config()
        with tempfile.TemporaryDirectory() as whole, tempfile.TemporaryDirectory() as broken:
            unbroken = trained(whole, config)
            half = Trainer(config, tiny_samples(30, 1), tiny_samples(12, 2), broken, WORKERS)
            step = half._train_step

            def stop_halfway():
                row = step()
                half._stop = half.seen >= 24
                return row
            half._train_step = stop_halfway
            half.run()
            self.assertEqual(half.seen, 24)
            self.assert_same(unbroken, trained(broken, config))
            evaluation = read_columns(Path(broken) / 'evaluation.csv')
            self.assertEqual(evaluation['images'], [48.0])
            recalls = [evaluation[f'recall {name}'][0] for name in 'abc']
            self.assertAlmostEqual(sum(recalls) / 3, evaluation['macroRecall'][0], places=4)

    def test_a_file_asks_a_running_training_to_end_with_a_decay_and_a_resumed_one_goes_on_with_it(self):
        config = tiny_config(images=4000, evaluateEvery=4000, schedule={'kind': 'wsd'})
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()) as said:
            trainer = Trainer(config, tiny_samples(30, 1), tiny_samples(12, 2), folder, WORKERS)
            step, request = trainer._train_step, Path(folder) / 'decay'

            def told_and_stopped():
                row = step()
                if trainer.seen in (8, 16):
                    request.write_text('soon' if trainer.seen == 8 else '32')
                trainer._stop = trainer.seen == 32
                return row
            trainer._train_step = told_and_stopped
            trainer.run()
            self.assertIn("'soon' is no number", said.getvalue())
            self.assertEqual((trainer.seen, trainer.decay, request.exists()), (32, [48, 32], False))
            again = trained(folder, config)
            self.assertEqual((again.seen, again.config.images), (48, 48))
            rates = again.optimizer.param_groups
            self.assertAlmostEqual(rates[0]['lr'] / rates[0]['factor'], 1e-3 * (1 - (24 / 32) ** 0.5))
            self.assertEqual(read_columns(Path(folder) / 'evaluation.csv')['images'], [48.0])
            branch = Trainer(config, tiny_samples(30, 1), tiny_samples(12, 2), folder, WORKERS)
            branch.resume(Path(folder) / 'checkpoint.pt', branch=True)
            self.assertEqual((branch.decay, branch.best, branch.config.images), (None, -1.0, 4000))

    def test_every_family_and_option_learns(self):
        families = {'qcs': {}, 'dcs': {}, 'base': {}}
        for family in families:
            for name, changes in {'plain': {},
                                  'sam, accumulation': {'optimizer': {**TINY['optimizer'], 'sam': 0.05,
                                                                      'accumulate': 2}},
                                  'bfloat16, mixup, smoothing': {'precision': 'bfloat16', 'labelSmoothing': 0.1,
                                                                 'augmentation': {'mixup': 0.4}}}.items():
                with self.subTest(f'{family} {name}'), tempfile.TemporaryDirectory() as folder:
                    config = tiny_config(architecture={**TINY['architecture'], 'family': family}, images=192,
                                         evaluateEvery=192, **changes)
                    trained(folder, config)
                    rows = read_columns(Path(folder) / 'evaluation.csv')
                    self.assertEqual(len(rows['majority']), 1)
                    self.assertTrue((Path(folder) / 'curves.png').stat().st_size > 1000)

    def test_it_learns_what_is_plain_to_see(self):
        with tempfile.TemporaryDirectory() as folder:
            trained(folder, tiny_config(images=960, evaluateEvery=960, ema=0.5))
            self.assertGreater(read_columns(Path(folder) / 'evaluation.csv')['majority'][0], 0.9)

    def test_distillation_mixes_labels_with_the_teacher(self):
        targets, logits = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 0.0]])
        self.assertTrue(torch.allclose(distillation_targets(targets, logits, 0.4, 2.0), torch.tensor([[0.8, 0.2]])))
        with tempfile.TemporaryDirectory() as folder:
            plain, mixed = Path(folder) / 'plain', Path(folder) / 'mixed'
            config = tiny_config(images=8, evaluateEvery=8)
            teacher = trained(plain, config).network.eval()
            taught = trained(mixed, dataclasses.replace(config, distillation=dataclasses.replace(config.distillation,
                                                                                                 weight=0.9)), teacher)
            self.assertGreater(taught.seen, 0)
            before, after = (read_torch_checkpoint(path / 'checkpoint.pt')['network']['VIT_base.head.linear.weight']
                             for path in (plain, mixed))
            self.assertFalse(torch.equal(before, after))


class Export(unittest.TestCase):
    def test_files_hold_exactly_what_inference_and_training_need(self):
        with tempfile.TemporaryDirectory() as folder:
            config = tiny_config(images=8, evaluateEvery=8)
            trainer = trained(Path(folder) / 'run', config)
            out = Path(folder) / 'model'
            files = write_weights(out, config, trainer.network.state_dict())
            write_manifest(out, config, files, 1.25, '1.0.0', {'dataKind': 'ferplus'}, {}, 'notice')
            self.assertEqual([(file['part'], (out / file['path']).stat().st_size == file['bytes']) for file in files],
                             [('base', True), ('training', True)])
            base, manifest = load_model(out)
            whole, _ = load_model(out, training=True)
            self.assertEqual((manifest['temperature'], manifest['architecture']['dropout']),
                             (1.25, {'base': 0.1, 'cross': 0.1}))
            images = torch.randn(4, 3, 112, 112, generator=torch.Generator().manual_seed(1))
            with torch.no_grad():
                expected = trainer.network.eval()(images, 4)
                self.assertLess((base(images)[0] - expected[0]).abs().max().item(), 5e-3)
                self.assertLess((whole(images, 4)[1] - expected[1]).abs().max().item(), 5e-3)
            self.assertIn('AI Act', (out / 'MODEL_CARD.md').read_text())
            (out / 'weights.safetensors').write_bytes((out / 'weights.safetensors').read_bytes()[:-1] + b'x')
            self.assertRaises(ConfigError, load_model, out)

    def test_architecture_of_the_manifest_has_only_the_family_s_fields(self):
        for name, absent in {'base-mobile': 'crossDepth', 'qcs-mobile': 'stages', 'arm-resnet18': 'embedding'}.items():
            config = load_config(HERE / 'configs' / f'{name}.json')
            self.assertNotIn(absent, manifest_architecture(config.architecture, config.dropout))

    def test_every_configuration_is_sound(self):
        for path in (HERE / 'configs').rglob('*.json'):
            self.assertEqual(load_config(path).id, path.stem)
        self.assertRaises(ConfigError, tiny_config, unknown=1)
        self.assertRaises(ConfigError, tiny_config, batch=10)


class Distributed(unittest.TestCase):
    def test_two_processes_train_export_and_evaluate_from_the_command_line(self):
        with tempfile.TemporaryDirectory() as folder:
            root, samples = Path(folder), tiny_samples(24, 4)
            for index, (image, label) in enumerate(zip(samples.images, samples.argmax)):
                place = root / 'data' / ('train' if index < 18 else 'validation') / 'abc'[label]
                place.mkdir(parents=True, exist_ok=True)
                Image.fromarray(image[0].numpy()).save(place / f'{index}.png')
            values = {**TINY, 'images': 32, 'evaluateEvery': 32,
                      'data': {'kind': 'folders', 'labels': 'argmax', 'packed': 48}}
            (root / 'tiny.json').write_text(json.dumps(values))
            common = ['--data', str(root / 'data'), '--cache', str(root / 'cache')]
            self.call_twice([sys.executable, 'train.py', str(root / 'tiny.json'), '--run', str(root / 'run'),
                             '--device', 'cpu', '--threads', '1', *common])
            self.call([sys.executable, 'export.py', str(root / 'run'), '--out', str(root / 'model'), *common])
            result = json.loads(self.call([sys.executable, 'evaluate.py', str(root / 'model'), '--kind', 'folders',
                                           *common]))
            self.assertEqual(result['validation']['majority']['n'], 6)
            self.assertEqual(read_torch_checkpoint(root / 'run' / 'checkpoint.pt')['step'], 2)

            parts = [root / 'model' / f'{part}.safetensors' for part in ('weights', 'training')]
            self.call([sys.executable, 'train.py', str(root / 'tiny.json'), '--run', str(root / 'again'), *common,
                       *(word for path in parts for word in ('--initial', str(path))), '--set', 'optimizer.rate=0',
                       '--set', 'images=8'])
            again = read_torch_checkpoint(root / 'again' / 'checkpoint.pt')['network']
            for path, name in zip(parts, ('VIT_base.head.linear.weight', 'VIT_cross.head.linear.weight')):
                self.assertTrue(torch.equal(again[name], read_safetensors(path)[0][name].float()), name)

    def call_twice(self, command):
        """Two processes with the variables that torchrun sets."""
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            port = free.getsockname()[1]
        shared = {**os.environ, 'WORLD_SIZE': '2', 'MASTER_ADDR': '127.0.0.1', 'MASTER_PORT': str(port)}
        processes = [subprocess.Popen(command, cwd=HERE, env={**shared, 'RANK': rank, 'LOCAL_RANK': rank},
                                      stderr=subprocess.PIPE, text=True)
                     for rank in ('0', '1')]
        errors = [process.communicate(timeout=400)[1][-2000:] for process in processes]
        self.assertEqual([process.returncode for process in processes], [0, 0], '\n'.join(errors))

    def call(self, command):
        result = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=400)
        self.assertEqual(result.returncode, 0, result.stderr[-2000:])
        return result.stdout


if __name__ == '__main__':
    unittest.main()
