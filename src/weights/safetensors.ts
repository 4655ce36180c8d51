/** Reading and writing safetensors, the format of all weights on disk: https://github.com/huggingface/safetensors. */
import { ModelError } from '../errors.js';
import type { ByteSource } from '../storage/byteSource.js';
import { decodeElements, type ElementType } from './elementType.js';
import { FLOAT16_MAX, float32ToFloat16 } from './halfPrecision.js';
import { inSteps, isStepsName, quantiseRows, rowsOf, stepsName, stepsOf } from './int8Rows.js';
import type { NamedArray, NamedArrays } from './namedArray.js';
import {
  LENGTH_BYTES,
  parseSafetensorsHeader,
  type SafetensorsEntry,
  type SafetensorsHeader,
  safetensorsHeaderLength,
} from './safetensorsHeader.js';

/**
 * Normalisations, depthwise and first convolutions are small and lose most by rounding: on 32 faces the compact model's logits moved by up
 * to 0.035 with everything in float16, and by 0.004 with these in float32, for 3 % more bytes.
 */
const MOST_VALUES_KEPT = 5000;

/** How the large tensors of a file are stored. */
export type StoredType = (typeof STORED_TYPES)[number];

export const STORED_TYPES = ['int8', 'float16', 'float32'] as const;

export function isStoredType(name: string): name is StoredType {
  return STORED_TYPES.some((type) => type === name);
}

export interface WriteOptions {
  /**
   * Default float32. In float16, tensors of few values and those with a value beyond float16's range stay float32. In int8 the large
   * tensors are whole numbers of steps, one step a row ({@link quantiseRows}), small filters float16, and vectors float32.
   */
  readonly dtype?: StoredType;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * All tensors of a safetensors file as float32, those that were stored in steps multiplied out. Tensors stored as aligned float32 share memory
 * with `bytes`.
 * @throws ModelError `model-truncated`, or `model-format` for anything that contradicts itself.
 */
export function readSafetensors(bytes: Uint8Array): NamedArrays {
  const { entries } = safetensorsHeader(bytes);
  const values = ({ type, begin, end }: SafetensorsEntry) => decodeElements(bytes.subarray(begin, end), type);
  const arrays = new Map<string, NamedArray>();
  for (const [name, entry] of entries) {
    if (isStepsName(name, entries)) continue;
    const steps = stepsOf(name, entries);
    const data = values(entry);
    arrays.set(name, { shape: entry.shape, data: steps === undefined ? data : inSteps(data, values(steps)) });
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
 * A safetensors file of float tensors. Larger elements come first, so that every tensor is aligned to its element.
 * @throws ModelError `model-format` when a tensor's values do not fill its shape.
 */
export function writeSafetensors(arrays: NamedArrays, options: WriteOptions = {}): Uint8Array<ArrayBuffer> {
  const tensors = [...arrays].flatMap(([name, array]) => storedTensors(name, array, options.dtype ?? 'float32'));
  tensors.sort((a, b) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);

  const header: Record<string, unknown> = {};
  if (options.metadata !== undefined) header['__metadata__'] = options.metadata;
  let offset = 0;
  for (const { name, shape, values, type } of tensors) {
    const end = offset + values.byteLength;
    const entry = { dtype: type, shape, data_offsets: [offset, end] };
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
  for (const { values } of tensors) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return file;
}

interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly values: Float32Array | Uint16Array | Int8Array;
}

function storedTensors(name: string, { shape, data }: NamedArray, dtype: StoredType): StoredTensor[] {
  if (shape.reduce((product, size) => product * size, 1) !== data.length) {
    throw new ModelError(
      'model-format',
      `The values of ${JSON.stringify(name)} do not fill its shape [${shape.join(', ')}].`,
    );
  }
  const isLarge = data.length > MOST_VALUES_KEPT;
  if (dtype === 'int8' && isLarge && shape.length > 1) {
    const { values, steps } = quantiseRows(data, rowsOf(shape));
    return [
      { name, shape, type: 'I8', values },
      { name: stepsName(name), shape: [steps.length], type: 'F32', values: steps },
    ];
  }
  // Beside weights of 8 bits filters of 11 lose nothing.
  const isHalf = dtype === 'float16' ? isLarge : dtype === 'int8' && shape.length > 1;
  if (isHalf && fitsFloat16(data)) {
    return [{ name, shape, type: 'F16', values: float32ToFloat16(data) }];
  }
  return [{ name, shape, type: 'F32', values: data }];
}

function fitsFloat16(data: Float32Array): boolean {
  for (const value of data) {
    if (Math.abs(value) > FLOAT16_MAX && Number.isFinite(value)) return false;
  }
  return true;
}
