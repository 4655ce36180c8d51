"""IR-50's stem and first three stages (ArcFace's improved residual network), parameter names as in the published
checkpoints.
"""
import torch.nn as nn

from ..tokens import PUBLISHED_TOKENS
from .backbone import IMAGENET, Backbone

IR50_STAGES = ((64, 3), (128, 4), (256, 14))


class ImprovedResidualUnit(nn.Module):
    """BN, conv3x3, PReLU, conv3x3/stride, BN, plus a shortcut (design: no bias in any convolution)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        if inputs == outputs:
            # A 1x1 max-pool with a stride takes every second pixel.
            self.shortcut_layer = nn.MaxPool2d(1, stride)
        else:
            self.shortcut_layer = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False),
                                                nn.BatchNorm2d(outputs))
        self.res_layer = nn.Sequential(nn.BatchNorm2d(inputs), nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False),
                                       nn.PReLU(outputs),
                                       nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return self.res_layer(x) + self.shortcut_layer(x)


class ImprovedResidualNet(nn.Module):
    """[batch, 3, 112, 112] -> one map a stage, 56, 28 and 14 pixels a side. `stages`: (channels, units) of each; a
    `stem` of 0 channels is as wide as the first stage.
    """

    def __init__(self, stages=IR50_STAGES, stem=0):
        super().__init__()
        self.level_channels = tuple(channels for channels, _ in stages)
        channels = stem or stages[0][0]
        self.input_layer = nn.Sequential(nn.Conv2d(3, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels),
                                         nn.PReLU(channels))
        for index, (outputs, units) in enumerate(stages, 1):
            body = []
            for unit in range(units):
                body.append(ImprovedResidualUnit(channels, outputs, 2 if unit == 0 else 1))
                channels = outputs
            setattr(self, f'body{index}', nn.Sequential(*body))

    def forward(self, x):
        first = self.body1(self.input_layer(x))
        second = self.body2(first)
        return first, second, self.body3(second)


def _build(architecture):
    stages = tuple((stage.channels, stage.units) for stage in architecture.stages)
    return ImprovedResidualNet(stages or IR50_STAGES, architecture.stem)


IR50 = Backbone(
    name='ir50', prefix='ir_back', build=_build, layout=PUBLISHED_TOKENS, sized=True,
    input={'size': 112, 'colour': 'rgb', **IMAGENET, 'resize': 'pillow-bilinear', 'resizeTo': 224, 'centreCrop': 224,
           'stride': 2},
    origin='The backbone’s start is told under "How it was trained"; face-recognition data sets such as MS-Celeb-1M '
           'were withdrawn by their makers.')
