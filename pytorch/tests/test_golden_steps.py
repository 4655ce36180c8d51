"""Ten steps of the trainer are those that the browser code's trainer is held to."""
import unittest

import torch

from qcs_fer.safetensors_io import read_safetensors
from write_golden_steps import FIXTURE, golden


class GoldenSteps(unittest.TestCase):
    def test_ten_steps_are_those_of_the_file(self):
        stored, tensors = read_safetensors(FIXTURE)[0], golden()[0]
        for run in ('all', 'plain'):
            self.assertTrue(torch.allclose(tensors[f'{run}/rate'], stored[f'{run}/rate'], rtol=1e-6), run)
            for name in ('baseLoss', 'crossLoss'):
                distance = (tensors[f'{run}/{name}'] - stored[f'{run}/{name}']).abs().max().item()
                self.assertLess(distance, 4e-4, f'{run} {name}')
            for name in ('weights', 'average'):
                now, then = tensors[f'{run}/{name}'].float(), stored[f'{run}/{name}'].float()
                # Rounding becomes whole steps of Adam in the backbone: see the browser code's test of the same steps.
                self.assertLess((now - then).norm().item(), 0.2 * then.norm().item(), f'{run} {name}')


if __name__ == '__main__':
    unittest.main()
