"""The ARM head and the compact network against their golden numbers."""
import unittest

import torch
import torch.nn.functional as F

from qcs_fer.arm import ArmNetwork
from qcs_fer.config import Architecture
from qcs_fer.export import load_model
from qcs_fer.networks import build_network, load_parameters, read_checkpoint
from qcs_fer.safetensors_io import read_safetensors
from write_golden import golden
from tests.golden import FIXTURES, MEAN, STD, golden_arrays

ROOT = FIXTURES.parents[1]
STARTER = ROOT.parent / 'shared' / 'models' / 'qcs-mobile-starter.safetensors'
SHIPPED = ROOT / 'public' / 'models' / 'qcs-mobile'


def compact_input(crops):
    """uint8 [batch, 48, 48] -> [batch, 3, 112, 112]."""
    x = F.interpolate(crops.float()[:, None] / 255, (112, 112), mode='bilinear', align_corners=False)
    return x, (x.expand(-1, 3, -1, -1) - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)


class ArmHead(unittest.TestCase):
    def test_logits_gradients_and_statistics(self):
        arrays = golden_arrays('arm-head')
        network = ArmNetwork(Architecture('arm', 'resnet18'), 7).train()
        network.features = torch.nn.Identity()
        load_parameters(network, {name: value for name, value in arrays.items() if name.startswith(('arm.', 'fc.'))
                                  and not name.endswith('_after')},
                        extra=('arm.bn.running', 'arm.running_affinity', 'arm.affinity_steps'))
        features = arrays['features'].clone().requires_grad_()
        logits = network(features)[0]
        self.assertLess((network.arm.arrangement(features) - arrays['train_shuffled']).abs().max().item(), 1e-7)
        self.assertLess((logits - arrays['train_logits']).abs().max().item(), 1e-5)
        loss = F.cross_entropy(logits, arrays['label'].long())
        self.assertAlmostEqual(loss.item(), arrays['train_loss'].item(), places=5)
        loss.backward()
        named = dict(network.named_parameters()) | {'features': features}
        for name, value in arrays.items():
            if name.startswith('grad/'):
                self.assertLess((named[name[5:]].grad - value).norm().item(), 1e-4 * value.norm().item() + 1e-8, name)
        self.assertLess((network.arm.bn.running_mean - arrays['arm.bn.running_mean_after']).abs().max().item(), 1e-6)
        self.assertLess((network.arm.bn.running_var - arrays['arm.bn.running_var_after']).abs().max().item(), 1e-5)

    def test_evaluation_of_an_image_does_not_depend_on_the_others(self):
        torch.manual_seed(0)
        network = ArmNetwork(Architecture('arm', 'resnet18'), 7)
        network.features = torch.nn.Identity()
        features = torch.randn(4, 512, 7, 7)
        network.train()(features)
        network.eval()
        self.assertLess((network(features)[0][:1] - network(features[:1])[0]).abs().max().item(), 1e-6)


class Compact(unittest.TestCase):
    def check(self, network, tolerance):
        arrays = read_safetensors(FIXTURES / 'qcs-mobile-starter.golden.safetensors')[0]
        resized, images = compact_input(arrays['crops'])
        self.assertLess((resized[0, 0] - arrays['resized_first']).abs().max().item(), 1e-6)
        with torch.no_grad():
            self.assertLess((network.eval().tokens(images[:1])[0] - arrays['tokens_first']).abs().max().item(),
                            tolerance)
            logits, cross = network(images, 4)
        self.assertLess((logits - arrays['logits']).abs().max().item(), tolerance)
        self.assertLess((cross - arrays['quadruplet_cross_logits']).abs().max().item(), 5 * tolerance)

    def test_starter_in_float32(self):
        if not STARTER.exists():
            self.skipTest('no starter weights at ../shared/models')
        network = build_network(Architecture('qcs', 'mobilefacenet', embedding=192), 8)
        load_parameters(network, read_checkpoint(STARTER))
        self.check(network, 2e-4)

    def test_shipped_model_loads_with_its_cross_branches(self):
        network, manifest = load_model(SHIPPED, training=True)
        self.assertEqual(manifest['id'], 'qcs-mobile')
        with torch.no_grad():
            base, cross = network(torch.zeros(4, 3, 112, 112), 4)
        self.assertEqual((tuple(base.shape), tuple(cross.shape)), ((4, 8), (4, 8)))
        self.assertTrue(torch.isfinite(cross).all())

    def test_shipped_golden_numbers_belong_to_the_shipped_weights(self):
        kept, metadata = read_safetensors(FIXTURES / 'qcs-mobile.shipped.golden.safetensors')
        fresh, manifest = golden(SHIPPED)
        base = next(file for file in manifest['files'] if file['part'] == 'base')
        self.assertEqual(metadata['weights'], base['sha256'],
                         'run write_golden.py after a new model was put in place')
        for name, value in fresh.items():
            self.assertLess((value.float() - kept[name].float()).abs().max().item(), 1e-4, name)


if __name__ == '__main__':
    unittest.main()
