"""Reading torch.save files without running any of their code: tensors are rebuilt, every other class is skipped."""
import collections
import pickle
import zipfile

import numpy as np
import torch

_TYPES = {'DoubleStorage': np.float64, 'FloatStorage': np.float32, 'HalfStorage': np.float16, 'LongStorage': np.int64,
          'IntStorage': np.int32, 'ShortStorage': np.int16, 'CharStorage': np.int8, 'ByteStorage': np.uint8,
          'BoolStorage': np.bool_}


# That of src/base/limits.ts.
MAXIMUM_PICKLE_BYTES = 8_000_000


class CheckpointError(ValueError):
    """The file is not a torch.save archive, or holds a kind of tensor that is not read here."""


class _Skipped:
    """Stands for a class of the trainer that wrote the file; its state is dropped."""

    def __init__(self, *_arguments, **_named):
        pass

    def __setstate__(self, _state):
        pass


def _rebuild_tensor(storage, offset, shape, stride, *_rest):
    return torch.as_strided(storage, tuple(shape), tuple(stride), offset).clone()


def _rebuild_parameter(data, *_rest):
    return data


class _StorageType:
    def __init__(self, name):
        self.name = name


class _Reader(pickle.Unpickler):
    def __init__(self, archive, prefix):
        super().__init__(archive.open(f'{prefix}/data.pkl'))
        self._archive, self._prefix = archive, prefix

    def find_class(self, module, name):
        if (module, name) == ('collections', 'OrderedDict'):
            return collections.OrderedDict
        if (module, name) == ('torch._utils', '_rebuild_tensor_v2'):
            return _rebuild_tensor
        if (module, name) == ('torch._utils', '_rebuild_parameter'):
            return _rebuild_parameter
        return _StorageType(name) if module == 'torch' and name.endswith('Storage') else _Skipped

    def persistent_load(self, identifier):
        _, kind, key, _, count = identifier
        if kind.name not in _TYPES:
            raise CheckpointError(f'storage of the type {kind.name} is not read here')
        data = self._archive.read(f'{self._prefix}/data/{key}')
        return torch.from_numpy(np.frombuffer(data, dtype=_TYPES[kind.name], count=count).copy())


def read_torch_checkpoint(path):
    """The object stored in `path`, with foreign classes as empty stand-ins. Raises CheckpointError."""
    try:
        return _read(path)
    except CheckpointError:
        raise
    # A pickle's operations let out whatever the objects that they touch do.
    except Exception as error:
        raise CheckpointError(f'{path} is damaged: {type(error).__name__}: {error}') from error


def _read(path):
    if not zipfile.is_zipfile(path):
        raise CheckpointError(f'{path}: not a zip archive as torch.save writes it; write it again with a newer PyTorch')
    with zipfile.ZipFile(path) as archive:
        pickles = [name for name in archive.namelist() if name.endswith('/data.pkl')]
        if len(pickles) != 1:
            raise CheckpointError(f'{path}: the archive has no data.pkl')
        if archive.getinfo(pickles[0]).file_size > MAXIMUM_PICKLE_BYTES:
            raise CheckpointError(f'{path}: its data.pkl is far too large')
        return _Reader(archive, pickles[0].removesuffix('/data.pkl')).load()
