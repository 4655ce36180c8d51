"""Damage as cameras, networks and detectors do it, on whole batches at the stored resolution; see config.Robustness for
the strengths.

Blur and loss of resolution are linear along each axis, so each image has one [side, side] matrix for them, used from
both sides.
"""
import functools

import torch
import torch.nn.functional as F

# kind -> the strengths in config.Robustness that it is made of, in the order in which a picture comes about.
KINDS = {'movement': ('rotation', 'shift', 'scale'), 'light': ('darkness', 'brightness', 'gamma'),
         'cover': ('occlusion',), 'lens': ('blur',),
         'distance': ('resolution',), 'sensor': ('noise',), 'file': ('jpeg',)}
_BLOCK = 8
# Annex K.1 of ITU-T T.81 (JPEG): quantisation of luma at quality 50.
_JPEG_LUMA = ((16, 11, 10, 16, 24, 40, 51, 61), (12, 12, 14, 19, 26, 58, 60, 55), (14, 13, 16, 24, 40, 57, 69, 56),
              (14, 17, 22, 29, 51, 87, 80, 62), (18, 22, 37, 56, 68, 109, 103, 77), (24, 35, 55, 64, 81, 104, 113, 92),
              (49, 64, 78, 87, 103, 121, 120, 101), (72, 92, 95, 98, 112, 100, 103, 99))


def drawn_kinds(count, options, generator):
    """kind -> bool [count]: which images suffer what. A damaged image suffers one to `kinds` of those that have a
    strength.
    """
    enabled = [kind for kind, strengths in KINDS.items() if any(getattr(options, name) for name in strengths)]
    if not enabled or not options.probability:
        return {}
    hit = torch.rand(count, 1, generator=generator) < options.probability
    many = torch.randint(1, options.kinds + 1, (count, 1), generator=generator)
    rank = torch.rand(count, len(enabled), generator=generator).argsort(1)
    return dict(zip(enabled, ((rank < many) & hit).unbind(1)))


def damaged(images, kinds, options, generator):
    """float 0..1 [n, channels, side, side] with every damage of `kinds` but movement, rounded to 8 bits."""
    if not kinds:
        return images
    images = images.clone()
    for kind, change in (('light', _relight), ('cover', _cover), ('lens', _blur), ('distance', _reduce),
                         ('sensor', _add_noise), ('file', _compress)):
        chosen = kinds[kind].nonzero().flatten() if kind in kinds else ()
        if len(chosen):
            images[chosen] = change(images[chosen], options, generator)
    return (images.clamp(0, 1) * 255).round() / 255


def _amount(images, strength, generator):
    """[n, 1, 1, 1] values from 0 to `strength`."""
    return torch.rand(len(images), 1, 1, 1, generator=generator) * strength


def _relight(images, options, generator):
    """Towards black, towards white, or a gamma of e^-amount to e^amount: one of those that have a strength."""
    enabled = [name for name in KINDS['light'] if getattr(options, name)]
    which = torch.randint(len(enabled), (len(images), 1, 1, 1), generator=generator)
    strengths = torch.tensor([float(getattr(options, name)) for name in enabled])
    amount = _amount(images, strengths[which], generator)
    sign = torch.where(torch.rand(amount.shape, generator=generator) < 0.5, -1.0, 1.0)
    changed = {'darkness': images * (1 - amount), 'brightness': images + (1 - images) * amount,
               'gamma': images.clamp(1e-4, 1) ** torch.exp(sign * amount)}
    for place, name in enumerate(enabled):
        images = torch.where(which == place, changed[name], images)
    return images


def _cover(images, options, generator):
    """A rectangle somewhere, aspect 1/2 to 2; one grey, or a stripe pattern, as often."""
    height, width = images.shape[2:]
    amount = _amount(images, options.occlusion, generator)
    stretch = torch.exp2(torch.rand(amount.shape, generator=generator) - 0.5)
    tall, wide = ((amount.sqrt() * factor).clamp(max=1) for factor in (stretch, 1 / stretch))
    top, left = ((1 - extent) * torch.rand(amount.shape, generator=generator) for extent in (tall, wide))
    rows = ((torch.arange(height) + 0.5) / height).view(1, 1, -1, 1)
    columns = ((torch.arange(width) + 0.5) / width).view(1, 1, 1, -1)
    inside = (rows >= top) & (rows < top + tall) & (columns >= left) & (columns < left + wide)
    grey, other, turn, period = torch.rand(4, *amount.shape, generator=generator)
    phase = (rows * turn + columns * (1 - turn)) / (0.04 + 0.3 * period)
    return torch.where(inside, torch.where((phase % 1 < 0.5) & (turn < 0.5), other, grey), images)


def _blur(images, options, generator):
    maps = blur_matrices(_amount(images, options.blur, generator).flatten(), images.shape[-1]).unsqueeze(1)
    return maps @ images @ maps.transpose(-1, -2)


def _reduce(images, options, generator):
    maps = resolution_matrices(_amount(images, options.resolution, generator).flatten(), images.shape[-1]).unsqueeze(1)
    return maps @ images @ maps.transpose(-1, -2)


def _add_noise(images, options, generator):
    """One value a pixel, the same in all channels; clipped and rounded as a sensor does."""
    noise = torch.randn(len(images), 1, *images.shape[2:], generator=generator)
    return ((images + _amount(images, options.noise, generator) * noise).clamp(0, 1) * 255).round() / 255


def blur_matrices(deviation, side):
    """[n] standard deviations as fractions of the side -> [n, side, side] Gaussian blur along one axis, borders
    continued.
    """
    reach = 2 * side
    offsets = torch.arange(-reach, side + reach)
    distance = offsets.view(1, 1, -1) - torch.arange(side).view(1, -1, 1)
    weights = torch.exp(-(distance / (deviation * side).clamp(min=0.1).view(-1, 1, 1)) ** 2 / 2)
    weights = weights / weights.sum(2, keepdim=True)
    return _borders_gathered(weights, reach, side)


def _borders_gathered(weights, reach, side):
    """What falls outside is read from the border pixel."""
    result = weights[:, :, reach:reach + side].clone()
    result[:, :, 0] += weights[:, :, :reach].sum(2)
    result[:, :, -1] += weights[:, :, reach + side:].sum(2)
    return result


def resolution_matrices(lost, side):
    """[n] lost parts of the side (0..1) -> [n, side, side]: means of whole areas down to what is left, bilinear up
    again.
    """
    left = ((1 - lost) * side).round().long().clamp(1, side)
    return _reductions(side)[left - 1]


@functools.lru_cache(maxsize=4)
def _reductions(side):
    """[side, side, side]: number m - 1 reduces to m pixels and enlarges again."""
    result = []
    for size in range(1, side + 1):
        edges = torch.arange(size + 1) * (side / size)
        pixels = torch.arange(side)
        low, high = edges[:-1].view(-1, 1), edges[1:].view(-1, 1)
        down = (torch.minimum(pixels + 1, high) - torch.maximum(pixels, low)).clamp(min=0) * (size / side)
        up = F.interpolate(torch.eye(size).unsqueeze(0), side, mode='linear', align_corners=False)[0].T
        result.append(up @ down)
    return torch.stack(result)


@functools.lru_cache(maxsize=1)
def _cosines():
    """The orthonormal DCT-II of 8 values."""
    place = torch.arange(_BLOCK)
    basis = torch.cos(torch.pi * (place + 0.5) * place.view(-1, 1) / _BLOCK) * (2 / _BLOCK) ** 0.5
    basis[0] /= 2 ** 0.5
    return basis


def _compress(images, options, generator):
    """JPEG's loss on every channel: blocks of 8 x 8, quality from 100 down to 100 * (1 - jpeg)."""
    return compressed(images, 100 * (1 - _amount(images, options.jpeg, generator)))


def compressed(images, quality):
    """float 0..1 [n, channels, height, width] after JPEG at `quality` [n, 1, 1, 1] (1 to 100), every channel as luma.
    """
    count, channels, height, width = images.shape
    padded = F.pad(images, (0, -width % _BLOCK, 0, -height % _BLOCK), mode='replicate') * 255 - 128
    rows, columns = padded.shape[2] // _BLOCK, padded.shape[3] // _BLOCK
    blocks = padded.view(count, channels, rows, _BLOCK, columns, _BLOCK).transpose(3, 4)
    quality = quality.clamp(1, 100).view(-1, 1, 1, 1, 1, 1)
    factor = torch.where(quality < 50, 50 / quality, 2 - quality / 50)
    table = (torch.tensor(_JPEG_LUMA) * factor).round().clamp(1, 255)
    coefficients = ((_cosines() @ blocks @ _cosines().T) / table).round() * table
    restored = ((_cosines().T @ coefficients @ _cosines() + 128).round() / 255).clamp(0, 1)
    return restored.transpose(3, 4).reshape(count, channels, rows * _BLOCK, columns * _BLOCK)[:, :, :height, :width]
