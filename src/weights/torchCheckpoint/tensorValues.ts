/** The values of a tensor, read out of its storage by offset and strides. */
import { decodeElements, ELEMENT_BYTES } from '../elementType.js';
import { damaged, refused } from './problems.js';
import type { TensorReference } from './torchObjects.js';

/** @throws ModelError `checkpoint-format` when the tensor reaches beyond its storage or repeats its values over and over. */
export function checkTensor(name: string, tensor: TensorReference): void {
  const { storage, type, offset, shape, strides } = tensor;
  const available = Math.floor(storage.bytes / ELEMENT_BYTES[type]);
  const count = elementCount(shape);
  if (count === 0) return;
  const last = shape.reduce((index, size, axis) => index + (size - 1) * strides[axis], offset);
  if (!(last < available)) throw damaged(`${JSON.stringify(name)} reaches beyond its storage`);
  if (count > available) {
    throw refused(`${JSON.stringify(name)} is an expanded tensor.`, 'Call contiguous() on it before torch.save.');
  }
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Row-major float32 values, from the storage's bytes. A contiguous float32 tensor shares memory with them. */
export function tensorValues(tensor: TensorReference, storage: Uint8Array): Float32Array {
  const { type, offset, shape, strides } = tensor;
  const unit = ELEMENT_BYTES[type];
  const count = elementCount(shape);
  if (count === 0) return new Float32Array(0);
  if (isContiguous(shape, strides)) {
    return decodeElements(storage.subarray(offset * unit, (offset + count) * unit), type);
  }
  const all = decodeElements(storage.subarray(0, storage.byteLength - (storage.byteLength % unit)), type);
  return gather(all, offset, shape, strides, count);
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

function gather(
  values: Float32Array,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
  count: number,
): Float32Array {
  const result = new Float32Array(count);
  const index = shape.map(() => 0);
  let source = offset;
  for (let i = 0; i < count; i++) {
    result[i] = values[source];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis];
      index[axis] += 1;
      if (index[axis] < shape[axis]) break;
      source -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}
