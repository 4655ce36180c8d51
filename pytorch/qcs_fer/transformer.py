"""The transformer head over the token pyramid (`VIT_base` and `VIT_cross` of the published code), names as published.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from .class_outputs import ClassLinear

NORM_EPSILON = 1e-6
MLP_RATIO = 4


class Attention(nn.Module):
    """Multi-head self-attention; qkv in the order [q|k|v][head][width / heads]."""

    def __init__(self, width, heads, dropout):
        super().__init__()
        self.heads, self.scale = heads, (width // heads) ** -0.5
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        batch, count, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, count, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = torch.softmax((q * self.scale) @ k.transpose(-2, -1), -1)
        return self.dropout(self.proj((weights @ v).transpose(1, 2).reshape(batch, count, width)))


class Mlp(nn.Module):
    """Linear, exact GELU, linear."""

    def __init__(self, width, dropout=0.0):
        super().__init__()
        self.fc1 = nn.Linear(width, MLP_RATIO * width)
        self.fc2 = nn.Linear(MLP_RATIO * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        return self.dropout(self.fc2(self.dropout(F.gelu(self.fc1(x)))))


class Block(nn.Module):
    """A pre-norm transformer block."""

    def __init__(self, width, heads, dropout, attention_dropout):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=NORM_EPSILON)
        self.attn = Attention(width, heads, attention_dropout)
        self.norm2 = nn.LayerNorm(width, eps=NORM_EPSILON)
        self.mlp = Mlp(width, dropout)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Gate(nn.Module):
    """Squeeze and excitation of the class token: c * sigmoid(linear2(relu(linear1(c))))."""

    def __init__(self, width):
        super().__init__()
        self.linear1 = nn.Linear(width, width)
        self.linear2 = nn.Linear(width, width)

    def forward(self, x):
        return x * torch.sigmoid(self.linear2(F.relu(self.linear1(x))))


class ClassificationHead(nn.Module):
    """The last linear layer, published as `head.linear`."""

    def __init__(self, width, classes, outputs_per_class):
        super().__init__()
        self.linear = ClassLinear(width, classes, outputs_per_class)

    def forward(self, x):
        return self.linear(x)


class TransformerHead(nn.Module):
    """[batch, 147, width] -> logits [batch, classes] and the 147 tokens after the blocks and the last LayerNorm.

    `dropout` is the published rate (after pos_embed, GELU, fc2, and the attention's projection where
    `attention_dropout` says so); `head_dropout` is the compact preset's single one, on the gated class token.
    """

    def __init__(self, width, depth, heads, classes, tokens=147, dropout=0.0, attention_dropout=0.0, head_dropout=0.0,
                 outputs_per_class=()):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, tokens + 1, width))
        self.pos_drop = nn.Dropout(dropout)
        self.se_block = Gate(width)
        self.head_drop = nn.Dropout(head_dropout)
        self.head = ClassificationHead(width, classes, outputs_per_class)
        self.blocks = nn.Sequential(*[Block(width, heads, dropout, attention_dropout) for _ in range(depth)])
        self.norm = nn.LayerNorm(width, eps=NORM_EPSILON)
        self._initialise()

    def _initialise(self):
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.01)
                nn.init.zeros_(module.bias)
        nn.init.trunc_normal_(self.cls_token, std=0.02)
        nn.init.trunc_normal_(self.pos_embed, std=0.02)

    def forward(self, tokens):
        x = torch.cat([self.cls_token.expand(tokens.shape[0], -1, -1), tokens], 1)
        x = self.norm(self.blocks(self.pos_drop(x + self.pos_embed)))
        return self.head(self.head_drop(self.se_block(x[:, 0]))), x[:, 1:]
