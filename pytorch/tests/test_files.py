"""Files: safetensors, torch.save without running its code, folders of images, the Train tab's export."""
import io
import json
import pickle
import struct
import tempfile
import unittest
import zipfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from qcs_fer.class_outputs import ClassLinear
from qcs_fer.config import Architecture, Dropout, architecture_from
from qcs_fer.export import manifest_architecture
from qcs_fer.dataset_files import DatasetError
from qcs_fer.folders import load_export, load_folders
from qcs_fer.safetensors_io import SafetensorsError, read_safetensors, write_safetensors
from qcs_fer.torch_checkpoint import CheckpointError, read_torch_checkpoint


class _Trap:
    ran = False

    def __reduce__(self):
        return _spring, ()


def _spring():
    _Trap.ran = True


class Safetensors(unittest.TestCase):
    def test_round_trip_keeps_types_shapes_and_metadata(self):
        tensors = {'a': torch.randn(2, 3), 'b': torch.randn(4).half(), 'c': torch.arange(5), 'd': torch.tensor(2.5),
                   'e': torch.zeros(0, 3)}
        with tempfile.TemporaryDirectory() as folder:
            write_safetensors(Path(folder) / 'x.safetensors', tensors, {'model': 'm'})
            read, metadata = read_safetensors(Path(folder) / 'x.safetensors')
        self.assertEqual(metadata, {'model': 'm'})
        for name, value in tensors.items():
            self.assertEqual(read[name].dtype, value.dtype)
            self.assertTrue(torch.equal(read[name], value), name)

    def test_matrices_in_8_bits_are_read_as_the_values_that_they_stand_for(self):
        steps = torch.tensor([0.5, 2.0])
        tensors = {'a': torch.tensor([[[-127, 3]], [[0, 5]]], dtype=torch.int8), 'a.int8_steps': steps,
                   'b': torch.tensor([7], dtype=torch.int8)}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / 'x.safetensors'
            write_safetensors(path, tensors)
            read, _ = read_safetensors(path)
            write_safetensors(path, tensors | {'a.int8_steps': steps[:1]})
            self.assertRaises(SafetensorsError, read_safetensors, path)
        self.assertEqual(sorted(read), ['a', 'b'])
        self.assertEqual(read['a'].tolist(), [[[-63.5, 1.5]], [[0.0, 10.0]]])
        self.assertEqual(read['b'].tolist(), [7])

    def test_damaged_files_are_refused(self):
        entry = {'a': {'dtype': 'F32', 'shape': [4], 'data_offsets': [0, 16]}}
        header = json.dumps(entry).encode()
        for name, data in {'short': b'abc', 'length': struct.pack('<Q', 1 << 40) + b'{}', 'json': struct.pack('<Q', 2)
                           + b'{{',
                           'cut': struct.pack('<Q', len(header)) + header + bytes(12)}.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / 'x.safetensors'
                path.write_bytes(data)
                self.assertRaises(SafetensorsError, read_safetensors, path)


class ClassOutputs(unittest.TestCase):
    def test_a_class_has_the_sum_of_the_probabilities_that_it_gathers(self):
        torch.manual_seed(0)
        layer, x = ClassLinear(6, 2, (3, 1)), torch.randn(5, 6)
        each = torch.softmax(torch.nn.functional.linear(x, layer.weight, layer.bias), 1)
        expected = torch.stack([each[:, :3].sum(1), each[:, 3]], 1)
        self.assertLess((torch.softmax(layer(x), 1) - expected).abs().max().item(), 1e-6)

    def test_manifests_name_it_only_where_it_is_used(self):
        for family, backbone in (('qcs', 'mobilefacenet'), ('resnet18', 'resnet18')):
            for outputs in ((), (3, 1)):
                architecture = Architecture(family, backbone, embedding=32 if family == 'qcs' else 0,
                                            outputs_per_class=outputs)
                written = json.loads(json.dumps(manifest_architecture(architecture, Dropout())))
                self.assertEqual(written.get('outputsPerClass'), list(outputs) or None)
                self.assertEqual(architecture_from(written).outputs_per_class, outputs)


class TorchCheckpoint(unittest.TestCase):
    def test_tensors_are_read_and_foreign_code_is_not_run(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / 'x.pth'
            whole = torch.arange(12.0).view(3, 4)
            torch.save({'state_dict': {'w': whole.t(), 'n': torch.tensor(3)}, 'best': 0.5, 'trap': _Trap()}, path)
            stored = read_torch_checkpoint(path)
        self.assertTrue(torch.equal(stored['state_dict']['w'], whole.t()))
        self.assertEqual(int(stored['state_dict']['n']), 3)
        self.assertEqual(stored['best'], 0.5)
        self.assertFalse(_Trap.ran)

    def test_another_file_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / 'x.pth'
            path.write_bytes(pickle.dumps({'a': 1}))
            self.assertRaises(CheckpointError, read_torch_checkpoint, path)


def _png(value, size=(20, 24)):
    stream = io.BytesIO()
    Image.fromarray(np.full(size, value, np.uint8)).save(stream, 'png')
    return stream.getvalue()


class Images(unittest.TestCase):
    def test_folders_by_split_and_class(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / 'set'
            for place, value in {'train/anger/1.png': 10, 'train/fear/2.png': 20, 'test/fear/3.png': 20,
                                 'val/anger/4.png': 40}.items():
                (root / place).parent.mkdir(parents=True, exist_ok=True)
                (root / place).write_bytes(_png(value))
            train = load_folders(root, folder, 'train', ('fear', 'anger'), 16, 1)
            test = load_folders(root, folder, 'test', ('fear', 'anger'), 16, 3)
            self.assertRaises(DatasetError, load_folders, root, folder, 'train', ('fear',), 16, 1)
        self.assertEqual((tuple(train.images.shape), train.argmax.tolist()), ((2, 1, 16, 16), [1, 0]))
        self.assertEqual(train.images[:, 0, 8, 8].tolist(), [10, 20])
        self.assertEqual((tuple(test.images.shape), test.duplicate.tolist()), ((1, 3, 16, 16), [True]))

    def test_export_of_the_train_tab_with_its_votes(self):
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / 'export.zip'
            with zipfile.ZipFile(archive, 'w') as file:
                file.writestr('train/fear/a.png', _png(7))
                file.writestr('train/anger/b.png', _png(9))
                file.writestr('unsplit/anger/c.png', _png(11))
                file.writestr('labels.csv',
                              'path,label,split,group\ntrain/fear/a.png,fear,train,\n'
                              'train/anger/b.png,Anger,train,me\nunsplit/anger/c.png,anger,,\n')
                file.writestr('votes.json', json.dumps({'train/fear/a.png': {'fear': 0.75, 'anger': 0.25}}))
            train = load_export(archive, folder, 'train', ('anger', 'fear'), 16, 1)
            self.assertRaises(DatasetError, load_export, archive, folder, 'test', ('anger', 'fear'), 16, 1)
        self.assertEqual(train.targets.tolist(), [[0.25, 0.75], [1.0, 0.0]])
        self.assertEqual(train.argmax.tolist(), [1, 0])

    def test_a_table_cannot_lead_out_of_its_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / 'labels.csv').write_text('path,label,split,group\n../x.png,fear,train,\n')
            self.assertRaises(DatasetError, load_export, folder, folder, 'train', ('fear',), 16, 1)


if __name__ == '__main__':
    unittest.main()
