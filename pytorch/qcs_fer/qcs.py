"""QCS, DCS and the bare base branch: backbone, token pyramid, transformer head, and in training the cross branches."""
import torch
import torch.nn as nn

from .backbones import BACKBONES
from .cross_similarity import CrossSimilarityAttention
from .transformer import TransformerHead

BRANCHES = {'base': 1, 'dcs': 2, 'qcs': 4}
LEVEL_TOKENS = 49


class QcsNetwork(nn.Module):
    """The network of an `architecture` (see config.Architecture) for `classes` classes.

    The backbone and the token convolutions stand on it under the names of their record and layout.
    """

    def __init__(self, architecture, classes, dropout):
        super().__init__()
        self.architecture = architecture
        self.branches = BRANCHES[architecture.family]
        record = BACKBONES[architecture.backbone]
        self._prefix, self._layout = record.prefix, record.layout
        width = architecture.embedding
        backbone = record.build(architecture)
        setattr(self, record.prefix, backbone)
        record.layout.add(self, backbone.level_channels, width)
        head = dict(width=width, heads=architecture.heads, classes=classes,
                    outputs_per_class=architecture.outputs_per_class)
        self.VIT_base = TransformerHead(depth=architecture.depth, **head,
                                        **record.layout.dropout(dropout.base, dropout.projection))
        if self.branches > 1:
            for level in (1, 2, 3):
                setattr(self, f'cross_attention_{level}', CrossSimilarityAttention(
                    width, self.branches, architecture.csa_residual, architecture.attention))
            self.VIT_cross = TransformerHead(depth=architecture.cross_depth, **head,
                                             **record.layout.dropout(dropout.cross, dropout.projection))

    def backbone_parameters(self):
        """The pre-trained part, which usually learns at a lower rate."""
        return getattr(self, self._prefix).parameters()

    def tokens(self, images):
        """[batch, 3, 112, 112] normalised -> [batch, 147, width]."""
        return self._layout.tokens(self, getattr(self, self._prefix)(images))

    def base(self, images):
        """[batch, 3, 112, 112] -> logits [batch, classes] and tokens x0 [batch, 147, width] of the base branch."""
        return self.VIT_base(self.tokens(images))

    def cross(self, x0):
        """x0 [branches * batch, 147, width] stacked by branch -> cross logits [branches * batch, classes]."""
        levels = x0.split(LEVEL_TOKENS, 1)
        refined = torch.cat([getattr(self, f'cross_attention_{level}')(part) for level, part in enumerate(levels, 1)],
                            1)
        return self.VIT_cross(x0 + refined if self.architecture.residual else refined)[0]

    def forward(self, images, branches=1):
        """Images stacked by branch -> (base logits, cross logits or None), stacked likewise.

        With one branch only the base is run. `batchNorm: per-branch` gives every branch a forward of its own, in order.
        """
        if branches > 1 and self.architecture.batch_norm == 'per-branch':
            results = [self.base(part) for part in images.chunk(branches)]
            logits, x0 = (torch.cat(parts) for parts in zip(*results))
        else:
            logits, x0 = self.base(images)
        if branches == 1 or self.branches == 1:
            return logits, None
        return logits, self.cross(x0)
