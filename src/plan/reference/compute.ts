/** Computes single nodes in plain TypeScript: slow, simple, and what every other way of computing them is held to. */
import type { Inputs, GraphNode, Shape, ValueId } from '../graph.js';
import type { Kind, OperationOf } from '../operations.js';
import * as arrays from './arrays.js';
import type { Held, HeldInputs, ReferenceKernel } from './held.js';
import * as images from './images.js';
import * as products from './products.js';

const KERNELS: { readonly [K in Kind]: ReferenceKernel<OperationOf<K>> } = {
  attention: products.attention,
  batchedProduct: products.batchedProduct,
  batchNorm: images.batchNorm,
  binary: arrays.binary,
  concatenate: arrays.concatenate,
  convolution: images.convolution,
  layerNorm: images.layerNorm,
  maxPool: images.maxPool,
  normalisedProduct: images.normalisedProduct,
  prelu: arrays.prelu,
  product: products.product,
  reduce: arrays.reduce,
  reshape: arrays.reshape,
  separableConvolution: images.separableConvolution,
  slice: arrays.slice,
  softmax: arrays.softmax,
  tile: arrays.tile,
  transpose: arrays.transpose,
  unary: arrays.unary,
};

/** The values of a node's output, row-major. `read` gives those of its inputs. */
export function compute({ operation, inputs }: GraphNode, read: (value: ValueId) => Held, shape: Shape): Float32Array {
  const kernel = KERNELS[operation.kind] as ReferenceKernel<typeof operation>;
  return kernel(operation, heldInputs(inputs, read), shape);
}

function heldInputs(inputs: Inputs, read: (value: ValueId) => Held): HeldInputs {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => (value === undefined ? [] : [[name, read(value)]])),
  );
}
