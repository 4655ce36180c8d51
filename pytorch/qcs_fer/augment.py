"""Augmentation of whole batches on tensors; every random number comes from the generator given, so that a step can be
repeated.
"""
import math

import torch
import torch.nn.functional as F

from .config import Input
from .robustness import damaged, drawn_kinds

_LUMA = (0.299, 0.587, 0.114)


def _between(generator, shape, spread):
    return (torch.rand(shape, generator=generator) * 2 - 1) * spread


def _spread(name, count, options, kinds):
    """[count] spreads of a movement: the larger one of `robustness` for the images that it moves."""
    plain = torch.full((count,), float(getattr(options, name)))
    return torch.where(kinds['movement'], plain.clamp(min=getattr(options.robustness, name)),
                       plain) if 'movement' in kinds else plain


def _affine_matrices(count, options, kinds, generator):
    """[count, 2, 3] maps of output coordinates (-1..1) to input coordinates."""
    angle = _between(generator, (count,), torch.deg2rad(_spread('rotation', count, options, kinds)))
    scale = torch.exp(_between(generator, (count,),
                               torch.log1p(_spread('scale', count, options, kinds)))) * (1 - options.crop)
    aspect = torch.exp(_between(generator, (count,), math.log1p(options.aspect)) / 2)
    mirror = torch.where(torch.rand(count, generator=generator) < options.flip, -1.0, 1.0)
    shift = _between(generator, (count, 2), 2 * _spread('shift', count, options, kinds).unsqueeze(1) + options.crop)
    horizontal, vertical = scale * aspect, scale / aspect
    cosine, sine = torch.cos(angle), torch.sin(angle)
    first = torch.stack([cosine * horizontal * mirror, -sine * vertical, shift[:, 0]], 1)
    second = torch.stack([sine * horizontal * mirror, cosine * vertical, shift[:, 1]], 1)
    return torch.stack([first, second], 1)


def _warp(images, size, options, kinds, generator):
    if not (options.rotation or options.scale or options.aspect or options.shift or options.crop
            or 'movement' in kinds):
        mirrored = torch.rand(len(images), generator=generator) < options.flip
        images = torch.where(mirrored.view(-1, 1, 1, 1), images.flip(3), images)
        return images if images.shape[-1] == size else F.interpolate(images, (size, size), mode='bilinear',
                                                                     align_corners=False)
    matrices = _affine_matrices(len(images), options, kinds, generator)
    grid = F.affine_grid(matrices, (len(images), 1, size, size), align_corners=False)
    return F.grid_sample(images, grid, mode='bilinear', padding_mode='border', align_corners=False)


def _colour(images, options, generator):
    count = (len(images), 1, 1, 1)
    if options.brightness:
        images = images * (1 + _between(generator, count, options.brightness))
    if options.contrast:
        mean = images.mean((1, 2, 3), keepdim=True)
        images = mean + (images - mean) * (1 + _between(generator, count, options.contrast))
    if options.gamma:
        images = images.clamp(1e-4, 1) ** torch.exp(_between(generator, count, options.gamma))
    if images.shape[1] == 3 and (options.saturation or options.hue):
        images = _saturation_and_hue(images, options, generator)
    return images.clamp(0, 1)


def _saturation_and_hue(images, options, generator):
    """Chroma scaled and rotated about the grey axis; `hue` is the largest turn as a fraction of a full one."""
    count = (len(images), 1, 1)
    luma = (images * torch.tensor(_LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)
    angle = _between(generator, count, 2 * math.pi * options.hue)
    factor = 1 + _between(generator, count, options.saturation)
    chroma = images - luma
    cosine, sine = torch.cos(angle) * factor, torch.sin(angle) * factor / math.sqrt(3)
    red, green, blue = chroma.unbind(1)
    turned = torch.stack([cosine * red + sine * (blue - green), cosine * green + sine * (red - blue),
                          cosine * blue + sine * (green - red)], 1)
    return luma + turned


def _soften(images, options, generator):
    """Blur (a binomial kernel, once or twice) and Gaussian noise, each on a part of the images."""
    count = (len(images), 1, 1, 1)
    if options.blur:
        line = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
        kernel = (line.view(5, 1) * line).expand(images.shape[1], 1, 5, 5)
        blurred = F.conv2d(F.pad(images, (2, 2, 2, 2), mode='replicate'), kernel, groups=images.shape[1])
        images = torch.where(torch.rand(count, generator=generator) < options.blur, blurred, images)
    if options.noise:
        strength = torch.rand(count, generator=generator) * 0.06
        noisy = images + strength * torch.randn(images.shape, generator=generator)
        images = torch.where(torch.rand(count, generator=generator) < options.noise, noisy, images)
    return images


def _erase(images, options, mean, generator):
    """Random erasing (Zhong et al. 2020): a rectangle an image, aspect 0.3 to 3.3, of `mean`, which normalises to 0."""
    count, _, height, width = images.shape
    if not options.erasing:
        return images
    low, high = options.erased_area
    area = (low + torch.rand(count, generator=generator) * (high - low)) * height * width
    ratio = torch.exp(_between(generator, (count,), math.log(3.3)))
    tall, wide = (area * ratio).sqrt().clamp(1, height), (area / ratio).sqrt().clamp(1, width)
    top = torch.rand(count, generator=generator) * (height - tall)
    left = torch.rand(count, generator=generator) * (width - wide)
    chosen = torch.rand(count, generator=generator) < options.erasing
    fill = torch.tensor(mean).view(1, 3, 1, 1)
    if images.shape[1] == 1:
        fill = (fill * torch.tensor(_LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)
    rows, columns = torch.arange(height).view(1, height, 1), torch.arange(width).view(1, 1, width)
    edge = [value.view(-1, 1, 1) for value in (top, top + tall, left, left + wide)]
    inside = (rows >= edge[0]) & (rows < edge[1]) & (columns >= edge[2]) & (columns < edge[3]) & chosen.view(-1, 1, 1)
    return torch.where(inside.unsqueeze(1), fill, images)


def resize(images, size, method):
    """uint8 [n, channels, side, side] -> float 0..1 [n, channels, size, size] by the manifest's `resize`."""
    x = images.float() / 255
    if x.shape[-1] == size:
        return x
    return F.interpolate(x, (size, size), mode='bilinear', align_corners=False, antialias=method == 'pillow-bilinear')


def augment(images, size, options, generator, mean=Input.mean):
    """uint8 [n, channels, side, side] -> float 0..1 [n, channels, size, size], straight from the stored pixels in one
    sampling. `mean`: the model's, of three channels.
    """
    kinds = drawn_kinds(len(images), options.robustness, generator)
    x = damaged(images.float() / 255, kinds, options.robustness, generator)
    x = _warp(x, size, options, kinds, generator)
    return _erase(_soften(_colour(x, options, generator), options, generator), options, mean, generator)


def mixed(images, targets, branches, alpha, generator):
    """Mixup (Zhang et al. 2018) within each branch, so that a branch stays one side of the quadruplet."""
    if not alpha:
        return images, targets
    size = len(images) // branches
    order = torch.cat([torch.randperm(size, generator=generator) + branch * size for branch in range(branches)])
    # Beta(alpha, alpha) from two gamma draws would need a global generator; a power of a uniform has the same shape at
    # the ends.
    share = torch.rand(len(images), generator=generator) ** (1 / alpha) / 2
    weight = share.view(-1, 1, 1, 1)
    images = images * (1 - weight) + images[order] * weight
    return images, targets * (1 - share[:, None]) + targets[order] * share[:, None]


def normalise(images, spec):
    """float 0..1 [n, 1 or 3, side, side] -> [n, 3, side / stride, side / stride]: three channels, mean and std, every
    stride-th pixel.
    """
    mean, std = (torch.tensor(values, device=images.device).view(1, 3, 1, 1) for values in (spec.mean, spec.std))
    x = (images.expand(-1, 3, -1, -1) - mean) / std
    return x[:, :, ::spec.stride, ::spec.stride].contiguous()
