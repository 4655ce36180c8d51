"""A small network of ghost bottlenecks after GhostFaceNets (Alansari et al. 2023; ghost modules: Han et al. 2020)."""
import torch
import torch.nn as nn

from ..tokens import COMPACT_TOKENS
from .backbone import IMAGENET, Backbone

STEM = 16
# channels, units
STAGES = ((40, 2), (112, 6), (160, 4))
EXPANSION = 3
# The gate's inner channels are this part of those that it weighs.
SQUEEZE = 4
FIRST_GATED_STAGE = 2


def _normalised(inputs, outputs, kernel, stride=1, groups=1, active=False):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
              nn.BatchNorm2d(outputs)]
    return layers + [nn.PReLU(outputs)] if active else layers


class GhostModule(nn.Module):
    """Half of the channels from a 1x1 convolution, the other half from a cheap depthwise one on top of it."""

    def __init__(self, inputs, outputs, active):
        super().__init__()
        half = outputs // 2
        self.primary = nn.Sequential(*_normalised(inputs, half, 1, active=active))
        self.cheap = nn.Sequential(*_normalised(half, half, 3, groups=half, active=active))

    def forward(self, x):
        y = self.primary(x)
        return torch.cat([y, self.cheap(y)], 1)


class ChannelGate(nn.Module):
    """Weighs every channel by what the map's mean says (squeeze and excitation; Hu et al. 2018)."""

    def __init__(self, channels):
        super().__init__()
        self.reduce = nn.Conv2d(channels, channels // SQUEEZE, 1)
        self.expand = nn.Conv2d(channels // SQUEEZE, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.expand(torch.relu(self.reduce(x.mean((2, 3), keepdim=True)))))


class GhostBottleneck(nn.Module):
    """Ghost expansion, depthwise 3x3 where it strides, gate, linear ghost projection; plus the input, or its separable
    convolution.
    """

    def __init__(self, inputs, outputs, stride, gated):
        super().__init__()
        hidden = EXPANSION * inputs
        self.expand = GhostModule(inputs, hidden, active=True)
        self.spatial = nn.Sequential(*_normalised(hidden, hidden, 3, 2, hidden)) if stride == 2 else nn.Identity()
        self.gate = ChannelGate(hidden) if gated else nn.Identity()
        self.project = GhostModule(hidden, outputs, active=False)
        self.shortcut = nn.Identity()
        if stride == 2:
            self.shortcut = nn.Sequential(*_normalised(inputs, inputs, 3, 2, inputs), *_normalised(inputs, outputs, 1))

    def forward(self, x):
        return self.project(self.gate(self.spatial(self.expand(x)))) + self.shortcut(x)


class GhostFaceNet(nn.Module):
    """[batch, 3, 112, 112] -> one map a stage, 28, 14 and 7 pixels a side. Raises ValueError for odd channels."""

    def __init__(self, stem=STEM, stages=STAGES):
        super().__init__()
        self.level_channels = tuple(channels for channels, _ in stages)
        if any(channels % 2 for channels in (stem, *self.level_channels)):
            raise ValueError('GhostFaceNet halves its channels: choose even numbers of them')
        self.stem = nn.Sequential(*_normalised(3, stem, 3, 2, active=True))
        inputs = stem
        for stage, (outputs, units) in enumerate(stages, 1):
            body = []
            for unit in range(units):
                body.append(GhostBottleneck(inputs, outputs, 2 if unit == 0 else 1, stage >= FIRST_GATED_STAGE))
                inputs = outputs
            setattr(self, f'stage{stage}', nn.Sequential(*body))

    def forward(self, x):
        first = self.stage1(self.stem(x))
        second = self.stage2(first)
        return first, second, self.stage3(second)


def _build(architecture):
    stages = tuple((stage.channels, stage.units) for stage in architecture.stages)
    return GhostFaceNet(architecture.stem or STEM, stages or STAGES)


GHOSTFACENET = Backbone(
    name='ghostfacenet', prefix='backbone', build=_build, layout=COMPACT_TOKENS, sized=True,
    input={'size': 112, 'colour': 'luma', **IMAGENET, 'resize': 'half-pixel', 'resizeTo': 112, 'centreCrop': 112,
           'stride': 1},
    origin='The backbone started from random weights, unless "How it was trained" says otherwise.')
