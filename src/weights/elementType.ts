/** Element types of stored tensors, under safetensors' names, and their values as float32. All files are little-endian. */
import { bfloat16ToFloat32, float16ToFloat32 } from './halfPrecision.js';

export const ELEMENT_BYTES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  U64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

export type ElementType = keyof typeof ELEMENT_BYTES;

export function isElementType(name: string): name is ElementType {
  return Object.hasOwn(ELEMENT_BYTES, name);
}

/**
 * Float32 values of raw little-endian elements. Aligned float32 is not copied: the result then shares memory with `bytes`. Integers beyond
 * 2^24 and float64 round to the nearest float32.
 */
export function decodeElements(bytes: Uint8Array, type: ElementType): Float32Array {
  const source = aligned(bytes, ELEMENT_BYTES[type]);
  const { buffer, byteOffset } = source;
  const count = source.byteLength / ELEMENT_BYTES[type];
  switch (type) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, count);
    case 'F16':
      return float16ToFloat32(new Uint16Array(buffer, byteOffset, count));
    case 'BF16':
      return bfloat16ToFloat32(new Uint16Array(buffer, byteOffset, count));
    case 'F64':
      return new Float32Array(new Float64Array(buffer, byteOffset, count));
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, count), Number);
    case 'U64':
      return Float32Array.from(new BigUint64Array(buffer, byteOffset, count), Number);
    case 'I32':
      return new Float32Array(new Int32Array(buffer, byteOffset, count));
    case 'U32':
      return new Float32Array(new Uint32Array(buffer, byteOffset, count));
    case 'I16':
      return new Float32Array(new Int16Array(buffer, byteOffset, count));
    case 'U16':
      return new Float32Array(new Uint16Array(buffer, byteOffset, count));
    case 'I8':
      return new Float32Array(new Int8Array(buffer, byteOffset, count));
    case 'U8':
      return new Float32Array(source);
    case 'BOOL':
      return Float32Array.from(source, (value) => (value === 0 ? 0 : 1));
  }
}

function aligned(bytes: Uint8Array, unit: number): Uint8Array {
  return bytes.byteOffset % unit === 0 ? bytes : bytes.slice();
}
