/** Operations that move, combine or reduce values, whatever they mean. */
import { type Shape, sizeOf, stridesOf } from '../graph.js';
import type * as operations from '../operations.js';
import { BINARY, UNARY } from './functions.js';
import { broadcast, gather, type ReferenceKernel } from './held.js';

export const unary: ReferenceKernel<operations.Unary> = ({ function: name }, { x }) => x.data.map(UNARY[name]);

export const binary: ReferenceKernel<operations.Binary> = ({ function: name }, { a, b }, shape) => {
  const combine = BINARY[name];
  const right = broadcast(b, shape);
  return broadcast(a, shape).map((value, index) => combine(value, right[index]));
};

export const prelu: ReferenceKernel<operations.Prelu> = (_, { x, slopes }, shape) => {
  const slope = broadcast(slopes, shape);
  return x.data.map((value, index) => Math.max(value, 0) + slope[index] * Math.min(value, 0));
};

export const reshape: ReferenceKernel<operations.Reshape> = (_, { x }) => x.data;

export const slice: ReferenceKernel<operations.Slice> = ({ begin }, { x }, shape) => {
  const strides = stridesOf(x.shape);
  const start = begin.reduce((sum, first, axis) => sum + first * strides[axis], 0);
  return gather(x.data, shape, start, (axis) => strides[axis]);
};

export const transpose: ReferenceKernel<operations.Transpose> = ({ axes }, { x }, shape) => {
  const strides = stridesOf(x.shape);
  return gather(x.data, shape, 0, (axis) => strides[axes[axis]]);
};

export const tile: ReferenceKernel<operations.Tile> = (_, { x }, shape) => {
  // [a, b] repeated is [repeats, a, repeats, b] with the repeats standing still.
  const strides = stridesOf(x.shape);
  const split = x.shape.flatMap((size, axis) => [shape[axis] / size, size]);
  return gather(x.data, split, 0, (axis) => (axis % 2 === 0 ? 0 : strides[(axis - 1) / 2]));
};

export const concatenate: ReferenceKernel<operations.Concatenate> = ({ axis }, inputs, shape) => {
  const result = new Float32Array(sizeOf(shape));
  const inner = sizeOf(shape.slice(axis + 1));
  const row = shape[axis] * inner;
  let offset = 0;
  for (const { shape: part, data } of Object.values(inputs)) {
    const length = part[axis] * inner;
    for (let from = 0, to = offset; from < data.length; from += length, to += row) {
      result.set(data.subarray(from, from + length), to);
    }
    offset += length;
  }
  return result;
};

export const reduce: ReferenceKernel<operations.Reduce> = ({ function: how, axes }, { x }, shape) => {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const strides = stridesOf(x.shape);
  const order: Shape = [...kept, ...axes];
  const grouped = gather(
    x.data,
    order.map((axis) => x.shape[axis]),
    0,
    (axis) => strides[order[axis]],
  );
  const length = sizeOf(axes.map((axis) => x.shape[axis]));
  return Float32Array.from({ length: sizeOf(shape) }, (_, index) => {
    const group = grouped.subarray(index * length, (index + 1) * length);
    if (how === 'max') return group.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const sum = group.reduce((total, value) => total + value, 0);
    return how === 'mean' ? sum / length : sum;
  });
};

export const softmax: ReferenceKernel<operations.Softmax> = (_, { x }) => {
  const width = x.shape.at(-1)!;
  const result = new Float32Array(x.data.length);
  for (let start = 0; start < result.length; start += width) {
    const row = x.data.subarray(start, start + width);
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const powers = Array.from(row, (value) => Math.exp(value - most));
    const sum = powers.reduce((total, value) => total + value, 0);
    powers.forEach((value, index) => (result[start + index] = value / sum));
  }
  return result;
};
