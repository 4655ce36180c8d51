"""MobileFaceNet (Chen et al. 2018) as a three-level feature pyramid; parameter names as in foamliu/MobileFaceNet."""
import torch.nn as nn

from ..tokens import COMPACT_TOKENS
from .backbone import IMAGENET, Backbone

# expansion, channels, units, stride of the first unit
GROUPS = ((2, 64, 5, 2), (4, 128, 1, 2), (2, 128, 6, 1), (4, 128, 1, 2), (2, 128, 2, 1))
LEVEL_GROUPS = (0, 2)
LEVEL_CHANNELS = (64, 128, 512)


def _convolution_bn_relu(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, groups=groups, bias=False),
                         nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class InvertedResidual(nn.Module):
    """1x1 expansion, depthwise 3x3, linear 1x1 projection; the input is added where shapes allow."""

    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        self.residual = stride == 1 and inputs == outputs
        self.conv = nn.Sequential(_convolution_bn_relu(inputs, hidden, 1),
                                  _convolution_bn_relu(hidden, hidden, 3, stride, hidden),
                                  nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return x + self.conv(x) if self.residual else self.conv(x)


class DepthwiseSeparable(nn.Module):
    """Depthwise 3x3 and pointwise 1x1, each with BN and ReLU."""

    def __init__(self, channels):
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 3, 1, 1, groups=channels, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.pointwise = nn.Conv2d(channels, channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(self.bn2(self.pointwise(self.relu(self.bn1(self.depthwise(x))))))


class MobileFaceNet(nn.Module):
    """[batch, 3, 112, 112] -> [batch, 64, 28, 28], [batch, 128, 14, 14], [batch, 512, 7, 7]."""

    level_channels = LEVEL_CHANNELS

    def __init__(self):
        super().__init__()
        self.conv1 = _convolution_bn_relu(3, 64, 3, 2)
        self.dw_conv = DepthwiseSeparable(64)
        units, channels, self.level_ends = [], 64, []
        for group, (expansion, outputs, repeats, stride) in enumerate(GROUPS):
            for unit in range(repeats):
                units.append(InvertedResidual(channels, outputs, stride if unit == 0 else 1, expansion))
                channels = outputs
            if group in LEVEL_GROUPS:
                self.level_ends.append(len(units) - 1)
        self.features = nn.Sequential(*units)
        self.conv2 = _convolution_bn_relu(128, 512, 1)

    def forward(self, x):
        x = self.dw_conv(self.conv1(x))
        levels = []
        for index, unit in enumerate(self.features):
            x = unit(x)
            if index in self.level_ends:
                levels.append(x)
        return levels[0], levels[1], self.conv2(x)


MOBILEFACENET = Backbone(
    name='mobilefacenet', prefix='backbone', build=lambda architecture: MobileFaceNet(), layout=COMPACT_TOKENS,
    input={'size': 112, 'colour': 'luma', **IMAGENET, 'resize': 'half-pixel', 'resizeTo': 112, 'centreCrop': 112,
           'stride': 1},
    origin='**MS-Celeb-1M**: the backbone started from foamliu/MobileFaceNet (Apache-2.0), which was trained on it. '
           'Its makers withdrew that data set in 2019 because it held faces of people who had not agreed. The weights '
           'here were trained further, and still descend from it.',
    notice='The backbone started from foamliu/MobileFaceNet (Apache-2.0), which was trained on MS-Celeb-1M, a data set '
           'that its makers withdrew in 2019.')
