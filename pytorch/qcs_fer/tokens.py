"""Token pyramids: three feature levels to 3 x 49 tokens of one width, level 1 first, each level row by row."""
import torch
import torch.nn as nn


def _flatten(x):
    """[batch, width, 7, 7] -> [batch, 49, width]."""
    return x.flatten(2).transpose(1, 2)


class PatchProjection(nn.Module):
    """The 1x1 convolution that the published checkpoints name `embed_v.proj`."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.proj = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x):
        return self.proj(x)


def add_published_tokens(network, channels, width):
    """Puts the published token convolutions on `network` itself (their names stand at the top level of a checkpoint)."""
    first, second, third = channels
    network.conv1 = nn.Conv2d(first, first, 3, 2, 1)
    network.conv2 = nn.Conv2d(second, second, 3, 2, 1)
    network.conv3 = nn.Conv2d(third, third, 3, 2, 1)
    network.embed_q = nn.Sequential(nn.Conv2d(first, width, 3, 2, 1), nn.Conv2d(width, width, 3, 2, 1))
    network.embed_k = nn.Sequential(nn.Conv2d(second, width, 3, 2, 1))
    network.embed_v = PatchProjection(third, width)


def published_tokens(network, levels):
    """Levels of 56, 28 and 14 pixels a side -> [batch, 147, width]."""
    first, second, third = levels
    return torch.cat([_flatten(network.embed_q(network.conv1(first))), _flatten(network.embed_k(network.conv2(second))),
                      _flatten(network.embed_v(network.conv3(third)))], 1)


def add_mobile_tokens(network, channels, width):
    """Puts the compact preset's token convolutions on `network` itself."""
    first, second, third = channels
    network.conv1 = nn.Conv2d(first, 2 * first, 3, 2, 1)
    network.embed_1 = nn.Conv2d(2 * first, width, 3, 2, 1)
    network.embed_2 = nn.Conv2d(second, width, 3, 2, 1)
    network.embed_3 = nn.Conv2d(third, width, 1)


def mobile_tokens(network, levels):
    """Levels of 28, 14 and 7 pixels a side -> [batch, 147, width]."""
    first, second, third = levels
    return torch.cat([_flatten(network.embed_1(network.conv1(first))), _flatten(network.embed_2(second)),
                      _flatten(network.embed_3(third))], 1)
