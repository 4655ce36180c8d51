"""Models in 8 bits, as the page's kernels compute them (src/plan/calibrate.ts, src/plan/wasm/quantised.ts): weights in
steps, the ranges of what is multiplied with them, and what both cost.
"""
import re
from contextlib import contextmanager

import numpy as np
import torch
import torch.nn as nn

from . import schema
from .augment import normalise
from .data import evaluation_images
from .export import MOST_VALUES_KEPT, TRAINING_PREFIXES, split_parameters
from .inference import predict
from .safetensors_io import STEPS, multiplied_out

_SETTINGS = schema.load_data('int8.json')
#: The share of images whose extremes a range holds. What lies beyond is cut, and the rest has finer steps.
HELD = _SETTINGS['held']
#: As many images show the ranges: more hardly move them.
CALIBRATION_IMAGES = _SETTINGS['images']
#: Greatest quantised value; the smallest value is 0, the smallest weight its negative.
LEVELS = _SETTINGS['levels']
_LARGEST_HALF = torch.finfo(torch.half).max
# Choosing the images that show the ranges is the same on every run.
_SUBSET_SEED = 20_250_103
_PROJECTION = re.compile(r'(VIT_base\.blocks\.(\d+)\.)attn\.qkv\.weight')


def _in_whole_steps(rows):
    """[rows, n] as (int8 [rows, n], float32 steps [rows]), 127 of which are a row's largest value."""
    rows = rows.detach().double()
    steps = (rows.abs().amax(1) / LEVELS).float()
    steps[steps == 0] = 1
    # Halves go up, as Math.round has it.
    whole = torch.floor(rows / steps.double()[:, None] + 0.5).clamp(-LEVELS, LEVELS)
    return whole.to(torch.int8), steps


def quantise_rows(values):
    """A tensor as (int8 of its shape, float32 steps [rows]): a row to each place on the first axis longer than one."""
    rows = next((size for size in values.shape if size > 1), 1)
    whole, steps = _in_whole_steps(values.reshape(rows, -1))
    return whole.reshape(values.shape), steps


def in_8_bits(state):
    """name -> tensor of the base branch as files in 8 bits hold them: large matrices and filters in steps, small ones
    in half precision, vectors in float32; the widest first, so that each lies at a multiple of its width.
    """
    stored = {}
    for name, value in split_parameters(state)[0].items():
        value = value.detach().float().cpu()
        if value.ndim > 1 and value.numel() > MOST_VALUES_KEPT:
            stored[name], stored[name + STEPS] = quantise_rows(value)
        elif value.ndim > 1 and value.abs().max() <= _LARGEST_HALF:
            stored[name] = value.half()
        else:
            stored[name] = value
    return dict(sorted(stored.items(), key=lambda entry: -entry[1].element_size()))


def _multiplied(network):
    """(name of the weight, module) of the convolutions and products that run on a whole map or on all tokens when a
    face is recognised. Not: the first one, whose rounding of pixels shows; depthwise ones; the training's branches; and
    what only the class token passes, all of the last block but its keys and values.
    """
    last = max((int(found[2]) for name, _ in network.named_parameters() if (found := _PROJECTION.fullmatch(name))),
               default=-1)
    first = True
    for name, module in network.named_modules():
        weight = f'{name}.weight'
        if not isinstance(module, (nn.Conv2d, nn.Linear)) or weight.startswith(TRAINING_PREFIXES):
            continue
        if first:
            first = False
            continue
        if isinstance(module, nn.Conv2d) and module.groups > 1:
            continue
        projection = _PROJECTION.fullmatch(weight)
        if projection:
            # The page keeps the three apart; those that read the same rows go by the first one's name.
            part = 'key' if int(projection[2]) == last else 'query'
            yield f'{projection[1]}attn.{part}.weight', module
        elif not weight.startswith(f'VIT_base.blocks.{last}.'):
            yield weight, module


def _rows(module, x):
    """How many rows of an image are multiplied with the module's weight."""
    if isinstance(module, nn.Linear):
        return int(np.prod(x.shape[1:-1]))
    sides = (1 + (side + 2 * pad - kernel) // stride for side, pad, kernel, stride
             in zip(x.shape[2:], module.padding, module.kernel_size, module.stride))
    return int(np.prod(list(sides)))


@contextmanager
def _watched(network, look):
    """Calls `look(name, module, input)` before each product of `_multiplied` that has several rows; what it gives, if
    anything, is multiplied instead.
    """
    def hook(name):
        def before(module, inputs):
            return look(name, module, inputs[0]) if _rows(module, inputs[0]) > 1 else None
        return before

    handles = [module.register_forward_pre_hook(hook(name)) for name, module in _multiplied(network)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@torch.no_grad()
def measure_ranges(network, images, spec):
    """weight -> [least, greatest] of what it is multiplied with, over uint8 images [n, channels, side, side]."""
    extremes, part = {}, images

    def look(name, _, x):
        # Some modules see an image as several.
        flat = x.reshape(len(part), -1)
        extremes.setdefault(name, []).append(torch.stack([flat.amin(1), flat.amax(1)]).double().cpu().numpy())

    network.eval()
    with _watched(network, look):
        for part in images.split(64):
            network(normalise(evaluation_images(part, spec), spec))
    return {name: [float(np.quantile(least, 1 - HELD)), float(np.quantile(greatest, HELD))]
            for name, (least, greatest) in ((name, np.concatenate(parts, 1)) for name, parts in extremes.items())}


def _rounded(x, low, high):
    """`x` in whole steps of a range, zero among them: what the kernels multiply with."""
    bottom, top = min(low, 0), max(high, 0)
    scale = (top - bottom) / LEVELS or 1
    zero = np.floor(-bottom / scale + 0.5)
    return ((x / scale).round() + zero).clamp(0, LEVELS).sub(zero) * scale


@contextmanager
def computing_in_8_bits(network, ranges):
    """The network multiplies as the kernels do: weights with a range, and what meets them, in whole steps. On leaving
    its weights are as before.
    """
    kept = []
    for name, module in _multiplied(network):
        if name in ranges:
            weight = module.weight.data
            kept.append((module, weight))
            whole, steps = _in_whole_steps(weight.flatten(1))
            module.weight.data = (whole * steps[:, None]).reshape(weight.shape)
    try:
        with _watched(network, lambda name, _, x: _rounded(x, *ranges[name]) if name in ranges else None):
            yield network
    finally:
        for module, weight in kept:
            module.weight.data = weight


def quantise(network, samples, spec, count=CALIBRATION_IMAGES):
    """(tensors as files in 8 bits hold them, ranges, cost) of a network that holds its exact weights; `count` of the
    samples show the ranges, all of them the cost. The network is left with the weights in 8 bits.
    """
    exact = predict(network, samples.images, spec)
    stored = in_8_bits(network.state_dict())
    network.load_state_dict({name: value.float() for name, value in multiplied_out(stored).items()}, strict=False)
    order = torch.randperm(len(samples), generator=torch.Generator().manual_seed(_SUBSET_SEED))
    ranges = measure_ranges(network, samples.images[order[:count]], spec)
    with computing_in_8_bits(network, ranges):
        answers = predict(network, samples.images, spec).argmax(1).numpy()
    exact = exact.argmax(1).numpy()
    cost = {'images': len(samples), 'accuracy': float((answers == samples.majority).mean()),
            'exactAccuracy': float((exact == samples.majority).mean()), 'agreement': float((answers == exact).mean())}
    return stored, ranges, cost
