/** Reading and writing safetensors, the format of all weights on disk: https://github.com/huggingface/safetensors. */
import { ModelError } from '../errors.js';
import type { ByteSource } from '../storage/byteSource.js';
import { decodeElements } from './elementType.js';
import { FLOAT16_MAX, float32ToFloat16 } from './halfPrecision.js';
import type { NamedArray, NamedArrays } from './namedArray.js';
import {
  LENGTH_BYTES,
  parseSafetensorsHeader,
  type SafetensorsHeader,
  safetensorsHeaderLength,
} from './safetensorsHeader.js';

/**
 * Normalisations, depthwise and first convolutions are small and lose most by rounding: on 32 faces the compact model's logits moved by up
 * to 0.035 with everything in float16, and by 0.004 with these in float32, for 3 % more bytes.
 */
const MOST_VALUES_KEPT = 5000;

export interface WriteOptions {
  /** Default float32. In float16, tensors of few values and those with a value beyond float16's range stay float32. */
  readonly dtype?: 'float16' | 'float32';
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * All tensors of a safetensors file as float32. Tensors stored as aligned float32 share memory with `bytes`.
 * @throws ModelError `model-truncated`, or `model-format` for anything that contradicts itself.
 */
export function readSafetensors(bytes: Uint8Array): NamedArrays {
  const { entries } = safetensorsHeader(bytes);
  const arrays = new Map<string, NamedArray>();
  for (const [name, { type, shape, begin, end }] of entries) {
    arrays.set(name, { shape, data: decodeElements(bytes.subarray(begin, end), type) });
  }
  return arrays;
}

/** Names, types, shapes, places and metadata, without the values. Throws as {@link readSafetensors}. */
export function safetensorsHeader(bytes: Uint8Array): SafetensorsHeader {
  const length = safetensorsHeaderLength(bytes, bytes.byteLength);
  return parseSafetensorsHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), bytes.byteLength);
}

/** The header of a file that is read piece by piece. Throws as {@link readSafetensors}. */
export async function safetensorsHeaderFrom(source: ByteSource): Promise<SafetensorsHeader> {
  const start = await source.read(0, Math.min(LENGTH_BYTES, source.size));
  const length = safetensorsHeaderLength(start, source.size);
  return parseSafetensorsHeader(await source.read(LENGTH_BYTES, length), source.size);
}

/**
 * A safetensors file of float tensors. Float32 tensors come first, so that every tensor is aligned to its element.
 * @throws ModelError `model-format` when a tensor's values do not fill its shape.
 */
export function writeSafetensors(arrays: NamedArrays, options: WriteOptions = {}): Uint8Array<ArrayBuffer> {
  const tensors = [...arrays].map(([name, { shape, data }]) => {
    if (shape.reduce((product, size) => product * size, 1) !== data.length) {
      throw new ModelError(
        'model-format',
        `The values of ${JSON.stringify(name)} do not fill its shape [${shape.join(', ')}].`,
      );
    }
    return {
      name,
      shape,
      data,
      half: options.dtype === 'float16' && data.length > MOST_VALUES_KEPT && fitsFloat16(data),
    };
  });
  tensors.sort((a, b) => Number(a.half) - Number(b.half));

  const header: Record<string, unknown> = {};
  if (options.metadata !== undefined) header['__metadata__'] = options.metadata;
  let offset = 0;
  for (const { name, shape, data, half } of tensors) {
    const end = offset + data.length * (half ? 2 : 4);
    const entry = { dtype: half ? 'F16' : 'F32', shape, data_offsets: [offset, end] };
    // A tensor may be called __proto__ in a hostile file; plain assignment would lose it.
    Object.defineProperty(header, name, { value: entry, enumerable: true });
    offset = end;
  }

  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.byteLength / 8) * 8;
  const dataStart = LENGTH_BYTES + headerBytes;
  const file = new Uint8Array(dataStart + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, LENGTH_BYTES);
  file.fill(0x20, LENGTH_BYTES + json.byteLength, dataStart);
  let position = dataStart;
  for (const { data, half } of tensors) {
    const values = half ? float32ToFloat16(data) : data;
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return file;
}

function fitsFloat16(data: Float32Array): boolean {
  for (const value of data) {
    if (Math.abs(value) > FLOAT16_MAX && Number.isFinite(value)) return false;
  }
  return true;
}
