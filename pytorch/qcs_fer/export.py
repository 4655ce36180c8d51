"""Models as the page reads them: manifest (format 1), base branch and training-only modules in half precision, card."""
import hashlib
import json
from pathlib import Path

import torch

from . import schema
from .card import model_card
from .config import DEFINITIONS, TOKEN_FAMILIES, ConfigError, architecture_from, input_from, to_json
from .networks import build_network, load_parameters
from .safetensors_io import read_safetensors, write_safetensors

FORMAT = 1
MANIFEST_SCHEMA = schema.load_data('manifest.schema.json')
# That of src/base/limits.ts.
MAXIMUM_MANIFEST_BYTES = 2 ** 20
# Small tensors (norms, biases, first layers) stay float32, as in the browser's writer: 3 % more bytes, a tenth of the
# error.
MOST_VALUES_KEPT = 5000
# What only training needs; recognising never downloads it.
TRAINING_PREFIXES = ('VIT_cross.', 'cross_attention_')
_BUFFERS_LEFT_OUT = ('num_batches_tracked', 'affinity_steps')
LICENCE = 'Apache-2.0'
MUSCLES = 'muscles'


def split_parameters(state):
    """A network's state as (base, training): what inference needs, running statistics included, and what only training
    needs.
    """
    kept = {name: value for name, value in state.items() if not name.endswith(_BUFFERS_LEFT_OUT)}
    training = {name: value for name, value in kept.items() if name.startswith(TRAINING_PREFIXES)}
    return {name: value for name, value in kept.items() if name not in training}, training


def _as_stored(value):
    """Half precision for large tensors; float32 for small ones and for values that half precision cannot hold."""
    value = value.detach().float().cpu()
    half = value.half()
    return half if value.numel() > MOST_VALUES_KEPT and torch.isfinite(half).all() else value


def _write_part(folder, name, identifier, part, tensors):
    """One file and its entry in the manifest. Raises ConfigError for a value that is not finite."""
    for key, value in tensors.items():
        if not torch.isfinite(value).all():
            raise ConfigError(f'{key} holds a value that is not finite')
    path = Path(folder) / name
    write_safetensors(path, {key: _as_stored(value) for key, value in tensors.items()},
                      {'model': identifier, 'part': part})
    return _entry(path, 'float16', part)


def _entry(path, dtype, part):
    """What the manifest says of a file that was written."""
    data = path.read_bytes()
    return {'path': path.name, 'bytes': len(data), 'sha256': hashlib.sha256(data).hexdigest(), 'dtype': dtype,
            'part': part}


def manifest_architecture(architecture, dropout):
    """The manifest's `architecture` object: only the fields that its family has."""
    values = to_json(architecture)
    if architecture.family not in TOKEN_FAMILIES:
        return {name: values[name] for name in ('family', 'backbone', 'outputsPerClass') if name in values}
    crossed = ('crossDepth', 'csaResidual', 'attention', 'residual') if architecture.family == 'base' else ()
    left_out = (*crossed, *(['residual'] if architecture.residual else []))
    rates = {name: value for name, value in to_json(dropout).items() if name != 'projection' or value}
    return {name: value for name, value in values.items() if name not in left_out} | {'dropout': rates}


def write_weights(folder, config, state):
    """Writes weights.safetensors and, for QCS and DCS, training.safetensors; gives the manifest's `files`."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    base, training = split_parameters(state)
    files = [_write_part(folder, 'weights.safetensors', config.id, 'base', base)]
    if training:
        files.append(_write_part(folder, 'training.safetensors', config.id, 'training', training))
    return files


def write_manifest(folder, config, files, temperature, version, training, metrics, notice):
    """Writes manifest.json and MODEL_CARD.md beside the weights; gives the manifest."""
    manifest = {'format': FORMAT, 'id': config.id, 'version': version,
                'architecture': manifest_architecture(config.architecture, config.dropout),
                'classes': list(config.classes),
                'input': to_json(config.input), 'temperature': temperature, 'files': files, 'training': training,
                'metrics': metrics,
                'licence': LICENCE} | ({'notice': notice} if notice else {})
    (Path(folder) / 'manifest.json').write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + '\n')
    (Path(folder) / 'MODEL_CARD.md').write_text(model_card(manifest))
    return manifest


def write_compact(folder, tensors, int8):
    """Writes weights.int8.safetensors of tensors in 8 bits (see int8.in_8_bits) into a model's folder, and into its
    manifest and card that file, in place of an earlier one, and `int8`. Gives the manifest.
    """
    manifest, folder = read_manifest(folder)
    path = folder / 'weights.int8.safetensors'
    write_safetensors(path, tensors, {'model': manifest['id'], 'part': 'compact'})
    others = [file for file in manifest['files'] if file['part'] != 'compact']
    manifest |= {'files': [_entry(path, 'int8', 'compact'), *others], 'int8': int8}
    return _describe(folder, manifest)


def write_muscles(folder, version, spec, tensors):
    """Puts the head that reads muscles into a model's folder: `tensors` as muscles.safetensors, `spec` (MusclesSpec of
    schema/) into the manifest, and both into the card. Gives the manifest. Raises ConfigError.
    """
    manifest, folder = read_manifest(folder)
    file = _write_part(folder, 'muscles.safetensors', manifest['id'], MUSCLES, tensors)
    manifest['files'] = [*(entry for entry in manifest['files'] if entry['part'] != MUSCLES), file]
    manifest |= {'version': version, 'muscles': spec}
    schema.check(MANIFEST_SCHEMA, manifest, DEFINITIONS, str(folder))
    return _describe(folder, manifest)


def _describe(folder, manifest):
    """Writes manifest and card anew; gives the manifest."""
    (folder / 'manifest.json').write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + '\n')
    (folder / 'MODEL_CARD.md').write_text(model_card(manifest))
    return manifest


def read_manifest(folder):
    """manifest.json of a model's folder (or the file itself). Raises ConfigError where schema/ does not allow it."""
    path = Path(folder)
    path = path / 'manifest.json' if path.is_dir() else path
    try:
        if path.stat().st_size > MAXIMUM_MANIFEST_BYTES:
            raise ConfigError(f'{path} is longer than any manifest')
        manifest = json.loads(path.read_text(encoding='utf-8'))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f'{path} is no manifest: {error}') from error
    schema.check(MANIFEST_SCHEMA, manifest, DEFINITIONS, str(path))
    return manifest, path.parent


def load_model(folder, training=False):
    """The network in a model's folder, in evaluation mode, and its manifest; `training` loads the cross branches too.

    Raises ConfigError where a file's hash is not the manifest's.
    """
    manifest, folder = read_manifest(folder)
    network = build_network(architecture_from(manifest['architecture']), len(manifest['classes']))
    tensors = {}
    for file in manifest['files']:
        if file['part'] not in ('base', *(['training'] if training else [])):
            continue
        data = (folder / file['path']).read_bytes()
        if hashlib.sha256(data).hexdigest() != file['sha256']:
            raise ConfigError(f'{file["path"]}: its SHA-256 is not the one in the manifest; fetch the model again')
        tensors |= read_safetensors(folder / file['path'])[0]
    load_parameters(network, {name: value.float() for name, value in tensors.items()},
                    extra=() if training else TRAINING_PREFIXES)
    return network.eval().requires_grad_(False), manifest


def input_of(manifest):
    """The manifest's input as config.Input."""
    return input_from(manifest['input'])
