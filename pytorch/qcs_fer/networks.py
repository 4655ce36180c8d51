"""From an architecture to a network, and from files to its parameters."""
from pathlib import Path

import torch

from .arm import ArmNetwork
from .backbones import BACKBONES
from .config import ConfigError, Dropout
from .qcs import QcsNetwork
from .safetensors_io import read_safetensors
from .torch_checkpoint import read_torch_checkpoint

# In published checkpoints, and used by nothing.
_UNUSED = ('num_batches_tracked', 'output_layer.', 'patch_embed.', 'eca_block.', 'CON1', 'IRLinear1', 'IRLinear2',
           'fusion.',
           'gdconv.', 'last_face_conv', 'face_landback')
_NEWER_NAMES = {'embed_1.': 'embed_q.', 'embed_2.': 'embed_k.', 'embed_3.': 'embed_v.'}


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
    """name -> tensor from .safetensors, a torch.save file or a run's own checkpoint; `module.` prefixes go, half
    precision becomes float32.
    """
    if Path(path).suffix == '.safetensors':
        tensors = read_safetensors(path)[0]
    else:
        stored = read_torch_checkpoint(path)
        tensors = stored.get('state_dict', stored.get('network', stored))
    plain = {name.removeprefix('module.'): value for name, value in tensors.items()}
    return {name: value.float() if value.is_floating_point() else value for name, value in plain.items()}


def canonical_names(tensors, network):
    """Maps other layouts onto `network`'s names: newer published tokens, a bare backbone, unused parts dropped."""
    known = network.state_dict()
    result = {}
    for name, value in tensors.items():
        if name not in known:
            for newer, older in _NEWER_NAMES.items():
                if name.startswith(newer) and older + name[len(newer):] in known:
                    name = older + name[len(newer):]
            for prefix in ('backbone.', 'ir_back.', 'features.'):
                if name not in known and prefix + name in known:
                    name = prefix + name
        if name in known and known[name].numel() == value.numel() == 1:
            # theta is a scalar in some files and a vector of one in others.
            value = value.reshape(known[name].shape)
        if name in known or not any(part in name for part in _UNUSED):
            result[name] = value
    return result


def load_parameters(network, tensors, strict=True, extra=()):
    """Copies `tensors` into `network`.

    `strict`: every parameter must be there (prefixes in `extra` excepted). Otherwise parts are left as initialised;
    names that the network lacks, or whose shape differs, are returned. Raises ConfigError.
    """
    tensors = canonical_names(tensors, network)
    state = network.state_dict()
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
