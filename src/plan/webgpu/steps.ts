/** Which nodes have a kernel. */
import type { GraphNode, Shape, ValueId } from '../graph.js';
import type { Abilities } from '../layout/abilities.js';
import type { Kind } from '../operations.js';
import { PlanRefusal } from '../trace/refusal.js';
import { attention } from './kernels/attention.js';
import type { Kernel } from './kernels/kernel.js';
import * as maps from './kernels/maps.js';
import { normalisedProduct, product, separableConvolution, windowedConvolution } from './kernels/product.js';
import { batchedProduct, reduce } from './kernels/reduce.js';
import { layerNorm, softmax } from './kernels/rows.js';
import { depthwiseConvolution, maxPool } from './kernels/windows.js';

const convolution: Kernel<'convolution'> = {
  inPlace: [],
  step: (node, places, device) =>
    node.operation.depthwise ? depthwiseConvolution(node, places) : windowedConvolution(node, places, device),
};

/** All that computes; what only moves values is the layout's business. */
type Computing = Exclude<Kind, 'concatenate' | 'reshape' | 'slice' | 'transpose'>;

const KERNELS: { readonly [K in Computing]: Kernel<K> } = {
  attention,
  batchedProduct,
  batchNorm: maps.batchNorm,
  binary: maps.binary,
  convolution,
  layerNorm,
  maxPool,
  normalisedProduct,
  prelu: maps.prelu,
  product,
  reduce,
  separableConvolution,
  softmax,
  tile: maps.tile,
  unary: maps.unary,
};

/** @throws PlanRefusal for a node that is too large for its kernel */
export function kernelFor(node: GraphNode, shape: (value: ValueId) => Shape): Kernel<Kind> {
  const kernel = KERNELS[node.operation.kind as Computing] as unknown as Kernel<Kind>;
  if (kernel.fits?.(node, shape) !== false) return kernel;
  throw new PlanRefusal(`It has a step of the kind ${node.operation.kind} that is too large for our GPU kernel.`);
}

/** Every kernel reads and writes values wherever their rows lie. */
export function gpuAbilities(shape: (value: ValueId) => Shape): Abilities {
  return {
    readsRows: () => true,
    writesRows: () => true,
    inPlace: (node) => kernelFor(node, shape).inPlace,
    scratch: () => 0,
  };
}
