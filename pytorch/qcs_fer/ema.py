"""Exponential moving average of weights and BN statistics."""
import copy

import torch


class WeightAverage:
    """`network` holds the average. The decay warms up as (1 + step) / (10 + step), so that the start does not linger.
    """

    def __init__(self, network, decay):
        self.decay, self.steps = decay, 0
        self.network = copy.deepcopy(network).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, network):
        """Moves the average towards `network`, whose names and shapes are the same."""
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        current = network.state_dict()
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():
                value.lerp_(current[name], 1 - decay)
            else:
                value.copy_(current[name])
