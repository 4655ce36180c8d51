"""Reading and writing the safetensors container.

The layout: eight bytes (little-endian length of the header), the header in JSON (name -> dtype, shape, offsets), the
raw little-endian values. See https://github.com/huggingface/safetensors. Written here because Debian ships no such
package.
"""
import json
import math
import struct
from pathlib import Path

import numpy as np
import torch

_NUMPY = {'F64': '<f8', 'F32': '<f4', 'F16': '<f2', 'I64': '<i8', 'I32': '<i4', 'I16': '<i2', 'I8': 'i1', 'U8': 'u1',
          'BOOL': '?'}
_NAMES = {np.dtype(code): name for name, code in _NUMPY.items()}
_HEADER_LIMIT = 100_000_000
#: A matrix or filter NAME in 8 bits is whole numbers of steps; the steps, one a row, lie beside it under this name.
STEPS = '.int8_steps'


class SafetensorsError(ValueError):
    """The file is not a sound safetensors container."""


def read_safetensors(path):
    """Reads `path`; gives (name -> torch tensor, metadata), tensors in 8 bits multiplied out.

    Raises SafetensorsError for a damaged file.
    """
    data = Path(path).read_bytes()
    if len(data) < 8:
        raise SafetensorsError(f'{path}: {len(data)} bytes are too few for a safetensors file')
    length = struct.unpack('<Q', data[:8])[0]
    if length > min(_HEADER_LIMIT, len(data) - 8):
        raise SafetensorsError(f'{path}: the header is said to have {length} bytes, more than the file holds')
    try:
        header = json.loads(data[8:8 + length])
    except (ValueError, RecursionError) as error:
        raise SafetensorsError(f'{path}: the header is not JSON') from error
    body = memoryview(data)[8 + length:]
    if not isinstance(header, dict):
        raise SafetensorsError(f'{path}: the header names no tensors')
    metadata = header.pop('__metadata__', {})
    tensors = {name: _read_entry(path, name, entry, body) for name, entry in header.items()}
    return multiplied_out(tensors, path), metadata


def multiplied_out(tensors, path='memory'):
    """`tensors`, those in 8 bits as the values that they stand for. Raises SafetensorsError where steps do not fit."""
    steps = {name: tensors[name + STEPS] for name, values in tensors.items()
             if values.dtype == torch.int8 and name + STEPS in tensors}
    for name, of_rows in steps.items():
        rows = next((size for size in tensors[name].shape if size > 1), 1)
        if of_rows.dtype != torch.float32 or of_rows.shape != (rows,):
            raise SafetensorsError(f'{path}: {name}{STEPS} does not hold one step for each row of {name}')
    result = {}
    for name, values in tensors.items():
        if name in steps:
            rows = values.float().reshape(len(steps[name]), -1)
            result[name] = (rows * steps[name][:, None]).reshape(values.shape)
        elif not (name.endswith(STEPS) and name[:-len(STEPS)] in steps):
            result[name] = values
    return result


def _is_size(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2 ** 53


def _read_entry(path, name, entry, body):
    sound = isinstance(entry, dict) and isinstance(entry.get('dtype'), str) and all(
        isinstance(entry.get(key), list) and all(map(_is_size, entry[key])) for key in ('shape', 'data_offsets'))
    if not sound or len(entry['data_offsets']) != 2:
        raise SafetensorsError(f'{path}: the entry of {name} names no type, shape and place')
    if entry['dtype'] not in _NUMPY:
        raise SafetensorsError(f'{path}: {name} has the unknown type {entry["dtype"]}')
    begin, end = entry['data_offsets']
    dtype = np.dtype(_NUMPY[entry['dtype']])
    count = math.prod(entry['shape'])
    if not 0 <= begin <= end <= len(body) or end - begin != count * dtype.itemsize:
        raise SafetensorsError(f'{path}: {name} does not lie within the file')
    values = np.frombuffer(body[begin:end], dtype=dtype).reshape(entry['shape'])
    return torch.from_numpy(values.copy())


def write_safetensors(path, tensors, metadata=None):
    """Writes name -> torch tensor to `path`, names in the order given, the header padded to eight bytes."""
    header, chunks, offset = {}, [], 0
    if metadata:
        header['__metadata__'] = {key: str(value) for key, value in metadata.items()}
    for name, tensor in tensors.items():
        values = np.ascontiguousarray(tensor.detach().cpu().numpy())
        chunk = values.tobytes()
        header[name] = {'dtype': _NAMES[values.dtype], 'shape': list(tensor.shape),
                        'data_offsets': [offset, offset + len(chunk)]}
        chunks.append(chunk)
        offset += len(chunk)
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    Path(path).write_bytes(struct.pack('<Q', len(text)) + text + b''.join(chunks))
