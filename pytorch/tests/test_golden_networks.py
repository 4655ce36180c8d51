"""The networks compute what the published implementation computes: logits, losses, gradients, a SAM step, BN
statistics.
"""
import unittest

import torch

from qcs_fer.losses import branch_loss
from qcs_fer.sam import ascend, restore
from tests.golden import golden_arrays, golden_scalars, normalised, tiny_network

BRANCHES = {'qcs': (('a', 'anchor'), ('p', 'positive'), ('n', 'negative'), ('n2', 'negative2')),
            'dcs': (('a', 'anchor'), ('p', 'positive'))}
LEARNING_RATE = 3.5e-6


def stacked_images(arrays, branches):
    return torch.cat([normalised(arrays[f'image_{long}']) for _, long in branches])


def targets(arrays, branches, classes):
    own = torch.nn.functional.one_hot(arrays['label'].long(), classes).float()
    other = torch.nn.functional.one_hot(arrays['neg_label'].long(), classes).float() if len(branches) == 4 else None
    return torch.cat([own, own] if other is None else [own, own, other, other])


class GoldenNetworks(unittest.TestCase):
    def each(self):
        for name in ('qcs-tiny-8', 'qcs-tiny-7', 'dcs-tiny-8', 'dcs-tiny-7'):
            branches = BRANCHES[name[:3]]
            arrays = golden_arrays(name)
            yield name, tiny_network(name), arrays, branches, stacked_images(arrays, branches)

    def assert_logits(self, arrays, prefix, branches, base, cross):
        size = len(base) // len(branches)
        for index, (short, _) in enumerate(branches):
            for part, logits in (('base', base), ('cross', cross)):
                expected = arrays[f'{prefix}_{part}_{short}']
                difference = (logits[index * size:(index + 1) * size] - expected).abs().max().item()
                self.assertLess(difference, 2e-5, f'{prefix} {part} {short}')

    def test_logits_in_evaluation(self):
        for _, network, arrays, branches, images in self.each():
            network.eval()
            with torch.no_grad():
                base, cross = network(images, len(branches))
                alone = network(normalised(arrays['image_anchor']))[0]
            self.assert_logits(arrays, 'eval', branches, base, cross)
            self.assertLess((alone - arrays['eval_base']).abs().max().item(), 2e-5)

    def test_training_step_with_sam(self):
        for name, network, arrays, branches, images in self.each():
            scalars = golden_scalars(name)
            goal = targets(arrays, branches, int(name[-1]))
            network.train()
            parameters = [p for p in network.parameters()]
            optimizer = torch.optim.Adam(parameters, lr=LEARNING_RATE)

            base, cross = network(images, len(branches))
            self.assert_logits(arrays, 'train', branches, base, cross)
            loss = branch_loss(base, cross, goal)
            loss.backward()
            self.assertAlmostEqual(loss.item(), scalars['loss_first'], delta=1e-5 * scalars['loss_first'])
            total = torch.stack([p.grad.double().norm() for p in parameters]).norm().item()
            self.assertAlmostEqual(total, scalars['grad_norm_total'], delta=2e-3 * total)
            for key, parameter in network.named_parameters():
                if f'grad/{key}' in arrays:
                    expected = arrays[f'grad/{key}']
                    self.assertLess((parameter.grad - expected).norm().item(), 5e-3 * expected.norm().item() + 1e-7,
                                    f'grad {key}')
            self.assert_norms(network, scalars['grad_norm'], 2e-3)

            steps = ascend(parameters, 0.05)
            optimizer.zero_grad()
            second = branch_loss(*network(images, len(branches)), goal)
            second.backward()
            self.assertAlmostEqual(second.item(), scalars['loss_second'], delta=1e-4 * scalars['loss_second'])
            self.assert_norms(network, scalars['grad_norm_second'], 2e-2)
            restore(parameters, steps)
            optimizer.step()
            for key, parameter in network.named_parameters():
                expected = scalars['param_sum_after_step'][key]
                self.assertAlmostEqual(parameter.double().sum().item(), expected,
                                       delta=0.1 * LEARNING_RATE * parameter.numel() + 1e-6 * abs(expected), msg=key)
            for key, value in network.state_dict().items():
                if 'running_' in key:
                    expected = scalars['batchnorm_after_step'][key]
                    self.assertAlmostEqual(value.double().sum().item(), expected, delta=1e-4 * abs(expected) + 1e-5,
                                           msg=key)

    def assert_norms(self, network, expected, relative):
        for key, parameter in network.named_parameters():
            norm = parameter.grad.double().norm().item()
            self.assertAlmostEqual(norm, expected[key], delta=relative * expected[key] + 1e-5, msg=key)


if __name__ == '__main__':
    unittest.main()
