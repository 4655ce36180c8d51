"""Classifiers on a backbone's last map: plain, and with the Amend Representation Module (Shi and Zhu,
arXiv:2103.10189).
"""
import torch
import torch.nn as nn

from .backbones import BACKBONES
from .class_outputs import ClassLinear

SHUFFLE = 16
ALBINO_KERNEL, ALBINO_STRIDE = 32, 8
AFFINITY_CELLS = 121
MEAN_DECAY = 0.9


class AmendRepresentation(nn.Module):
    """Feature arrangement, de-albino, sharing affinity: [batch, 512, 7, 7] -> [batch, 121].

    `running_affinity` is the moving average of the global mean (the paper's form); evaluation uses it, so that one
    image's result never depends on the others. Training takes the batch's own mean with its gradient, as the published
    code does, and moves the average.
    """

    def __init__(self, channels):
        super().__init__()
        self.arrangement = nn.PixelShuffle(SHUFFLE)
        self.de_albino = nn.Conv2d(1, 1, ALBINO_KERNEL, ALBINO_STRIDE, bias=False)
        self.bn = nn.BatchNorm2d(channels // SHUFFLE ** 2)
        self.alpha = nn.Parameter(torch.ones(1))
        self.register_buffer('running_affinity', torch.zeros(1, 11, 11))
        self.register_buffer('affinity_steps', torch.zeros((), dtype=torch.long))

    def forward(self, features):
        x = self.arrangement(features)
        batch, channels, height, width = x.shape
        x = self.de_albino(x.reshape(batch * channels, 1, height, width))
        x = self.bn(x.reshape(batch, channels, *x.shape[2:]))
        return (x.mean(1) + self.alpha * self._global_mean(x)).flatten(1)

    def _global_mean(self, x):
        mean = x.mean((0, 1)).unsqueeze(0)
        if not self.training:
            return self.running_affinity
        with torch.no_grad():
            decay = MEAN_DECAY if self.affinity_steps > 0 else 0.0
            self.running_affinity.mul_(decay).add_(mean.float(), alpha=1 - decay)
            self.affinity_steps += 1
        return mean


class ArmNetwork(nn.Module):
    """Family `arm`: a backbone's last map, ARM, fc. Family `resnet18`: average pooling and fc."""

    branches = 1

    def __init__(self, architecture, classes):
        super().__init__()
        self.architecture = architecture
        record = BACKBONES[architecture.backbone]
        self._prefix, features = record.prefix, record.build(architecture)
        setattr(self, record.prefix, features)
        self.arm = AmendRepresentation(features.channels) if architecture.family == 'arm' else None
        inputs = AFFINITY_CELLS if self.arm else features.channels
        self.fc = ClassLinear(inputs, classes, architecture.outputs_per_class)

    def backbone_parameters(self):
        """The pre-trained part, which usually learns at a lower rate."""
        return getattr(self, self._prefix).parameters()

    def forward(self, images, branches=1):
        """[batch, 3, 224, 224] normalised -> (logits [batch, classes], None)."""
        x = getattr(self, self._prefix)(images)
        return self.fc(self.arm(x) if self.arm else x.mean((2, 3))), None
