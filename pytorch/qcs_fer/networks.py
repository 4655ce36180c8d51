"""From an architecture to a network, and from files to its parameters."""
from pathlib import Path

import torch

from .arm import ArmNetwork
from .backbones import BACKBONES
from .config import ConfigError, Dropout
from .qcs import QcsNetwork
from .safetensors_io import read_safetensors
from .schema import load_data
from .torch_checkpoint import read_torch_checkpoint

_NAMES = load_data('tensor-names.json')


def build_network(architecture, classes, dropout=Dropout()):
    """The network of an Architecture, initialised as src/network/initialise.ts does it."""
    if BACKBONES[architecture.backbone].layout is None:
        return ArmNetwork(architecture, classes)
    return QcsNetwork(architecture, classes, dropout)


def fastest_layout(network):
    """The memory layout for `network` and its images: channels last (half as fast again on CPUs) where it is sound.

    With fewer channels than a vector register holds, PyTorch 1.13's oneDNN writes past the end of its buffers in that
    layout.
    """
    widths = [module.out_channels for module in network.modules() if isinstance(module, torch.nn.Conv2d)]
    return torch.channels_last if all(width % 16 == 0 for width in widths) else torch.contiguous_format


def read_checkpoint(path):
    """name -> tensor from .safetensors, a torch.save file or a run's own checkpoint; prefixes of wrappers go, half
    precision becomes float32.
    """
    if Path(path).suffix == '.safetensors':
        tensors = read_safetensors(path)[0]
    else:
        stored = read_torch_checkpoint(path)
        tensors = next((stored[key] for key in _NAMES['stateDictKeys'] if isinstance(stored.get(key), dict)), stored)
    plain = {_unwrapped(name): value for name, value in tensors.items()}
    return {name: value.float() if value.is_floating_point() else value for name, value in plain.items()}


def _unwrapped(name):
    wrapper = next((prefix for prefix in _NAMES['wrappers'] if name.startswith(prefix)), None)
    return name if wrapper is None else _unwrapped(name[len(wrapper):])


def canonical_names(names):
    """name of this project -> name in the file, by the table of schema/tensor-names.json."""
    renames = [rename['prefixes'] for rename in _NAMES['renames'] if rename['when'] in names]
    prefixes = {prefix: to for rename in renames for prefix, to in rename.items()}
    canonical = {}
    for name in names:
        prefix = next((prefix for prefix in prefixes if name.startswith(prefix)), '')
        canonical[prefixes.get(prefix, '') + name[len(prefix):]] = name
    return canonical


def _fitted(tensors, state):
    """`tensors` under the names of `state`, without published parts that nothing uses."""
    result = {name: tensors[source] for name, source in canonical_names(tensors).items()}
    for name, value in result.items():
        if name in state and state[name].numel() == value.numel() == 1:
            # theta is a scalar in some files and a vector of one in others.
            result[name] = value.reshape(state[name].shape)
    return {name: value for name, value in result.items()
            if name in state or not any(part in name for part in _NAMES['unused'])}


def load_parameters(network, tensors, strict=True, extra=()):
    """Copies `tensors` into `network`.

    `strict`: every parameter must be there (prefixes in `extra` excepted). Otherwise parts are left as initialised;
    names that the network lacks, or whose shape differs, are returned. Raises ConfigError.
    """
    state = network.state_dict()
    tensors = _fitted(tensors, state)
    unusable = [name for name, value in tensors.items() if name not in state or state[name].shape != value.shape]
    missing = [name for name in state if name not in tensors and 'num_batches_tracked' not in name
               and not name.startswith(tuple(extra))]
    if strict and missing:
        raise ConfigError(f'{len(missing)} parameters are missing from the weights, the first is {missing[0]}')
    misshapen = [name for name in unusable if name in state]
    if strict and misshapen:
        name = misshapen[0]
        raise ConfigError(f'{name} has the shape {list(tensors[name].shape)}, '
                          f'the network wants {list(state[name].shape)}')
    network.load_state_dict({name: value for name, value in tensors.items() if name not in unusable}, strict=False)
    return unusable
