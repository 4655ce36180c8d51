"""MobileFaceNet (Chen et al. 2018) as a three-level feature pyramid; parameter names as in foamliu/MobileFaceNet."""
import torch.nn as nn

from ..tokens import COMPACT_TOKENS
from .backbone import IMAGENET, Backbone

STEM = 64
# expansion, channels as a multiple of the stem's, units, stride of the first unit
GROUPS = ((2, 1, 5, 2), (4, 2, 1, 2), (2, 2, 6, 1), (4, 2, 1, 2), (2, 2, 2, 1))
LEVEL_GROUPS = (0, 2)
LEVEL_WIDTHS = (1, 2, 8)


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
    """[batch, 3, 112, 112] -> 28, 14 and 7 pixels a side, of once, twice and eight times the stem's channels."""

    def __init__(self, stem=STEM):
        super().__init__()
        self.level_channels = tuple(stem * width for width in LEVEL_WIDTHS)
        self.conv1 = _convolution_bn_relu(3, stem, 3, 2)
        self.dw_conv = DepthwiseSeparable(stem)
        units, channels, self.level_ends = [], stem, []
        for group, (expansion, width, repeats, stride) in enumerate(GROUPS):
            for unit in range(repeats):
                units.append(InvertedResidual(channels, stem * width, stride if unit == 0 else 1, expansion))
                channels = stem * width
            if group in LEVEL_GROUPS:
                self.level_ends.append(len(units) - 1)
        self.features = nn.Sequential(*units)
        self.conv2 = _convolution_bn_relu(channels, self.level_channels[-1], 1)

    def forward(self, x):
        x = self.dw_conv(self.conv1(x))
        levels = []
        for index, unit in enumerate(self.features):
            x = unit(x)
            if index in self.level_ends:
                levels.append(x)
        return levels[0], levels[1], self.conv2(x)


MOBILEFACENET = Backbone(
    name='mobilefacenet', prefix='backbone', build=lambda architecture: MobileFaceNet(architecture.stem or STEM),
    layout=COMPACT_TOKENS,
    input={'size': 112, 'colour': 'luma', **IMAGENET, 'resize': 'half-pixel', 'resizeTo': 112, 'centreCrop': 112,
           'stride': 1},
    origin='**MS-Celeb-1M**: the backbone started from foamliu/MobileFaceNet (Apache-2.0), which was trained on it. '
           'Its makers withdrew that data set in 2019 because it held faces of people who had not agreed. The weights '
           'here were trained further, and still descend from it.',
    notice='The backbone started from foamliu/MobileFaceNet (Apache-2.0), which was trained on MS-Celeb-1M, a data set '
           'that its makers withdrew in 2019.')
