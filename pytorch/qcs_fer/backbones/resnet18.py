"""ResNet-18 (He et al. 2016) up to its last feature map; parameter names as in torchvision's resnet18."""
import torch.nn as nn
import torch.nn.functional as F

from .backbone import IMAGENET, Backbone


class BasicBlock(nn.Module):
    """Two 3x3 convolutions with BN around a shortcut; names as in torchvision."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + shortcut)


class ResNet18Features(nn.Module):
    """[batch, 3, 224, 224] -> [batch, 512, 7, 7]; parameter names as in torchvision's resnet18."""

    channels = 512

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inputs = 64
        for index, outputs in enumerate((64, 128, 256, 512), 1):
            setattr(self, f'layer{index}', nn.Sequential(BasicBlock(inputs, outputs, 1 if index == 1 else 2),
                                                         BasicBlock(outputs, outputs, 1)))
            inputs = outputs

    def forward(self, x):
        x = self.maxpool(F.relu(self.bn1(self.conv1(x))))
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))


RESNET18 = Backbone(
    name='resnet18', prefix='features', build=lambda architecture: ResNet18Features(),
    input={'size': 224, 'colour': 'rgb', **IMAGENET, 'resize': 'pillow-bilinear', 'resizeTo': 224, 'centreCrop': 224,
           'stride': 1},
    origin='**ImageNet**: the backbone started from it; its images are for non-commercial research.')
