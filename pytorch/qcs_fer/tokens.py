"""Token pyramids: three feature levels to 3 x 49 tokens of one width, level 1 first, each level row by row."""
from dataclasses import dataclass
from typing import Callable

import torch
import torch.nn as nn


@dataclass(frozen=True)
class TokenLayout:
    """One of the two ways in which the networks above the backbones are laid out.

    `add(network, channels, width)` puts the token convolutions on `network` itself; `tokens(network, levels)` gives
    [batch, 147, width]; `dropout(rate, projection)` says in a TransformerHead's arguments where a head drops out.
    """
    add: Callable
    tokens: Callable
    dropout: Callable


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


def _add_published(network, channels, width):
    first, second, third = channels
    network.conv1 = nn.Conv2d(first, first, 3, 2, 1)
    network.conv2 = nn.Conv2d(second, second, 3, 2, 1)
    network.conv3 = nn.Conv2d(third, third, 3, 2, 1)
    network.embed_q = nn.Sequential(nn.Conv2d(first, width, 3, 2, 1), nn.Conv2d(width, width, 3, 2, 1))
    network.embed_k = nn.Sequential(nn.Conv2d(second, width, 3, 2, 1))
    network.embed_v = PatchProjection(third, width)


def _published_tokens(network, levels):
    """Levels of 56, 28 and 14 pixels a side -> [batch, 147, width]."""
    first, second, third = levels
    return torch.cat([_flatten(network.embed_q(network.conv1(first))), _flatten(network.embed_k(network.conv2(second))),
                      _flatten(network.embed_v(network.conv3(third)))], 1)


def _add_compact(network, channels, width):
    first, second, third = channels
    network.conv1 = nn.Conv2d(first, 2 * first, 3, 2, 1)
    network.embed_1 = nn.Conv2d(2 * first, width, 3, 2, 1)
    network.embed_2 = nn.Conv2d(second, width, 3, 2, 1)
    network.embed_3 = nn.Conv2d(third, width, 1)


def _compact_tokens(network, levels):
    """Levels of 28, 14 and 7 pixels a side -> [batch, 147, width]."""
    first, second, third = levels
    return torch.cat([_flatten(network.embed_1(network.conv1(first))), _flatten(network.embed_2(second)),
                      _flatten(network.embed_3(third))], 1)


COMPACT_TOKENS = TokenLayout(_add_compact, _compact_tokens, lambda rate, projection: {'head_dropout': rate})
PUBLISHED_TOKENS = TokenLayout(_add_published, _published_tokens,
                               lambda rate, projection: {'dropout': rate,
                                                         'attention_dropout': rate if projection else 0.0})
