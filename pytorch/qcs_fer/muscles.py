"""A small head on a frozen network's tokens: what a teacher, MediaPipe's face landmarker, says of a face's muscles and
of the head's pose.
"""
import json
import re
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from .augment import normalise
from .config import ConfigError
from .data import evaluation_images
from .networks import fastest_layout

PREFIX = 'muscles.'
#: Degrees to either side that the head's logistic outputs reach.
LARGEST_ANGLE = 90
ANGLES = ('yaw', 'pitch')
_LEVEL_SIDE = 7
_POOLED_SIDE = 3


def read_teacher(path):
    """(names, split -> {file name: float32 [names] in 0..1}) of a file that `npm run bench -- muscles` wrote.

    Faces that the teacher did not find are left out; degrees become shares of the way from one side to the other.
    Raises ConfigError.
    """
    try:
        data = json.loads(Path(path).read_text(encoding='utf-8'))
        names = list(data['names'])
        faces = {split: {name: np.array(values, np.float32) for name, values in found.items() if values is not None}
                 for split, found in data['faces'].items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ConfigError(f'{path} is no file of the teacher: {error}') from error
    for column in (names.index(angle) for angle in ANGLES):
        for values in (values for found in faces.values() for values in found.values()):
            values[column] = np.clip(values[column] / (2 * LARGEST_ANGLE) + 0.5, 0, 1)
    return names, faces


@torch.no_grad()
def first_tokens(network, images, spec, precision='float32', batch=64):
    """uint8 [n, 1, side, side] -> float16 [n, 1 + tokens, width]: the class token and the others after the first block.
    """
    layout = fastest_layout(network)
    network.to(memory_format=layout)
    head, parts = network.VIT_base, []
    for part in images.split(batch):
        x = normalise(evaluation_images(part, spec), spec).to(memory_format=layout)
        with torch.autocast('cpu', torch.bfloat16, enabled=precision == 'bfloat16'):
            placed = torch.cat([head.cls_token.expand(len(part), -1, -1), network.tokens(x)], 1) + head.pos_embed
            parts.append(head.blocks[0](placed).half())
    return torch.cat(parts)


class MuscleHead(nn.Module):
    """[batch, tokens, width] -> [batch, outputs] in 0..1: every token narrowed alike, then two layers over all."""

    def __init__(self, shape, outputs, narrow, hidden, dropout):
        super().__init__()
        tokens, width = shape
        self.reduce = nn.Linear(width, narrow)
        self.hidden = nn.Linear(tokens * narrow, hidden)
        self.output = nn.Linear(hidden, outputs)
        self.dropout = dropout

    def forward(self, tokens):
        x = F.dropout(self.reduce(tokens).flatten(1), self.dropout, self.training)
        x = F.dropout(F.relu(self.hidden(x)), self.dropout, self.training)
        return torch.sigmoid(self.output(x))

    def tensors(self, outputs):
        """name -> tensor, as the page reads them, of the outputs with these indices."""
        state = {f'{PREFIX}{name}': value for name, value in self.state_dict().items()}
        return {name: value[outputs] if name.startswith(f'{PREFIX}output.') else value for name, value in state.items()}


def other_side(name):
    """The same muscle on the other side of the face; itself where it has none."""
    return re.sub('Left|Right', lambda side: 'Right' if side[0] == 'Left' else 'Left', name)


def standardised(tokens):
    """(mean, deviation) [width] of tokens [n, tokens, width]."""
    sample = tokens[:1000].float().flatten(0, 1)
    return sample.mean(0), sample.std(0) + 1e-6


def fit_head(head, tokens, targets, tuning, options):
    """Fits `head` to targets [n, outputs] and keeps its best epoch by the mean correlation on `tuning`, (tokens,
    targets), which it gives. Every output counts alike: errors are in its standard deviations.
    """
    mean, deviation = standardised(tokens)
    spread = targets.std(0) + 1e-4
    with torch.no_grad():
        head.output.bias.copy_(torch.logit(targets.mean(0).clamp(1e-3, 1 - 1e-3)))
    generator = torch.Generator().manual_seed(options.seed)
    optimizer = torch.optim.AdamW(head.parameters(), options.rate, weight_decay=options.weight_decay)
    steps = options.epochs * (len(tokens) // options.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.rate, steps, pct_start=0.1)
    best, kept = -1.0, None
    for epoch in range(options.epochs):
        head.train()
        order = torch.randperm(len(tokens), generator=generator)
        for index in order[:len(tokens) // options.batch * options.batch].split(options.batch):
            told = head((tokens[index].float() - mean) / deviation)
            loss = (((told - targets[index]) / spread) ** 2).clamp(max=options.largest_error).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        score = float(np.nanmean(correlations(read(head, tuning[0], mean, deviation), tuning[1])))
        if score > best:
            best, kept = score, {name: value.clone() for name, value in head.state_dict().items()}
        print(f'epoch {epoch + 1}: mean correlation {score:.4f} on images kept for the choice', flush=True)
    head.load_state_dict(kept)
    fold(head, mean, deviation)
    return best


@torch.no_grad()
def read(head, tokens, mean=0, deviation=1):
    """[n, outputs] of tokens [n, tokens, width]."""
    head.eval()
    return torch.cat([head((part.float() - mean) / deviation) for part in tokens.split(256)])


@torch.no_grad()
def fold(head, mean, deviation):
    """Puts the standardisation of the tokens into the first layer."""
    head.reduce.weight.div_(deviation)
    head.reduce.bias.sub_(head.reduce.weight @ mean)


def pooled(tokens):
    """[n, 148, width] -> float32 [n, features]: the class token, and each level of 7 x 7 tokens brought to 3 x 3."""
    parts = []
    for part in tokens.split(256):
        part = part.float()
        maps = part[:, 1:].reshape(-1, _LEVEL_SIDE, _LEVEL_SIDE, part.shape[2]).permute(0, 3, 1, 2)
        coarse = F.adaptive_avg_pool2d(maps, _POOLED_SIDE).reshape(len(part), -1)
        parts.append(torch.cat([part[:, 0], coarse], 1))
    return torch.cat(parts)


def ridge(features, targets, tuning, strengths=(0.1, 0.3, 1, 3, 10)):
    """Ridge regression with the one of `strengths` that is best on `tuning`, (features, targets); gives a function from
    features to values.
    """
    mean, deviation, middle = features.mean(0), features.std(0) + 1e-6, targets.mean(0)
    x = (features - mean) / deviation / features.shape[1] ** 0.5
    products = x @ x.T
    best = None
    for strength in strengths:
        weights = torch.linalg.solve(products + strength * torch.eye(len(x)), targets - middle)
        told = lambda y, weights=weights: (y - mean) / deviation / y.shape[1] ** 0.5 @ (x.T @ weights) + middle
        score = float(np.nanmean(correlations(told(tuning[0]), tuning[1])))
        if best is None or score > best[0]:
            best = score, told
    return best[1]


def correlations(told, wanted):
    """[outputs] Pearson correlations of columns of two [n, outputs]; NaN where one does not vary."""
    told, wanted = (values.double().numpy() - values.double().numpy().mean(0) for values in (told, wanted))
    with np.errstate(invalid='ignore', divide='ignore'):
        return (told * wanted).sum(0) / np.sqrt((told ** 2).sum(0) * (wanted ** 2).sum(0))


def angle_errors(told, wanted):
    """Mean absolute error in degrees of columns in 0..1."""
    return 2 * LARGEST_ANGLE * (told - wanted).abs().mean(0)
