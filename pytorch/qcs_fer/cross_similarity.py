"""Cross similarity attention (QCS section 3.2): which tokens two images of a class share, and what tells two classes
apart.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from .transformer import Mlp

_NORM_FLOOR = 1e-12
ATTENTION_MAPS = ('SD', 'S', 'D', 'dot')


def token_distances(first, second):
    """Euclidean distances [batch, N, N] between the tokens [batch, N, width] of two images; gradient 0 at distance 0.
    """
    return torch.cdist(first, second)


def _own_tokens(scores):
    """[batch, own, partner] -> [batch, own]: every column normalised over the own tokens, the columns summed."""
    return F.normalize(scores, dim=1, eps=_NORM_FLOOR).sum(2)


def _partner_tokens(scores):
    """The same seen from the partner: [batch, own, partner] -> [batch, partner]."""
    return F.normalize(scores, dim=2, eps=_NORM_FLOOR).sum(1)


class CrossSimilarityAttention(nn.Module):
    """One level's CSA over four images (anchor, positive, negative, negative2) or two (anchor, positive).

    `residual` is the manifest's `csaResidual`: `normalised` adds to LayerNorm1(x), `raw` to x itself.
    `attention`: similarity and dissimilarity (SD), one of them (S, D), or a scaled dot product between partners (dot).
    """

    def __init__(self, width, branches=4, residual='normalised', attention='SD'):
        super().__init__()
        if branches == 2 and attention in ('SD', 'D'):
            attention = 'S'
        self.branches, self.residual, self.attention = branches, residual, attention
        if branches == 4:
            self.theta = nn.Parameter(torch.zeros(1))
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.proj = nn.Linear(width, 2 * width)
        self.mlp = Mlp(width)

    def forward(self, x):
        """Tokens [branches * batch, N, width], branches stacked in order -> refined tokens of the same shape."""
        y = self.norm1(x)
        queries, values = self.proj(y).chunk(2, -1)
        if self.attention == 'dot':
            refined = self._dot_product(queries, values)
        else:
            refined = self._token_weights(queries).unsqueeze(-1) * values
        if self.residual == 'raw':
            z = x + refined
            return z + self.mlp(self.norm2(z))
        z = self.norm2(y + refined)
        return z + self.mlp(z)

    def _token_weights(self, queries):
        # Distances and their global minimum need float32: in half precision the cancellation eats them.
        with torch.autocast(queries.device.type, enabled=False):
            parts = queries.float().chunk(self.branches)
            if self.branches == 2:
                similar = self._similarity(parts[0], parts[1])
                scores = [_own_tokens(similar), _partner_tokens(similar)]
            else:
                scores = self._quadruplet_scores(parts)
            return torch.softmax(torch.cat(scores), -1)

    def _quadruplet_scores(self, parts):
        scores = [0.0, 0.0, 0.0, 0.0]
        if 'S' in self.attention:
            for own, partner in ((0, 1), (2, 3)):
                similar = self._similarity(parts[own], parts[partner])
                scores[own] = scores[own] + _own_tokens(similar)
                scores[partner] = scores[partner] + _partner_tokens(similar)
        if 'D' in self.attention:
            factor = 1 + torch.tanh(self.theta)
            for own, partner in ((0, 2), (1, 3)):
                distances = token_distances(parts[own], parts[partner])
                dissimilar = distances - distances.min()
                scores[own] = scores[own] + factor * _own_tokens(dissimilar)
                scores[partner] = scores[partner] + factor * _partner_tokens(dissimilar)
        return scores

    @staticmethod
    def _similarity(own, partner):
        distances = token_distances(own, partner)
        distances = distances - distances.min()
        return distances.max() - distances

    def _dot_product(self, queries, values):
        """The paper's comparison row: ordinary cross attention between the partners of one class."""
        order = [1, 0, 3, 2][:self.branches]
        partners = torch.cat([queries.chunk(self.branches)[index] for index in order])
        partner_values = torch.cat([values.chunk(self.branches)[index] for index in order])
        weights = torch.softmax(queries @ partners.transpose(-2, -1) * queries.shape[-1] ** -0.5, -1)
        return weights @ partner_values
