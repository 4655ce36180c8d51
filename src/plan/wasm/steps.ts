/** Which nodes the kernels compute, and what the others do. */
import { type GraphNode, type Shape, type ValueId } from '../graph.js';
import type { Abilities } from '../layout/abilities.js';
import type { Kind } from '../operations.js';
import { attention, convolution, product } from './productSteps.js';
import * as rows from './rowSteps.js';
import { FLOAT_BYTES, type StepKernel } from './stepKernel.js';

const STEPS: { readonly [K in Kind]?: StepKernel<K> } = {
  attention,
  binary: rows.binary,
  convolution,
  layerNorm: rows.layerNorm,
  maxPool: rows.maxPool,
  prelu: rows.prelu,
  product,
  reduce: rows.reduce,
  softmax: rows.softmax,
  unary: rows.unary,
};

/** The kernel for a node; undefined where TypeScript computes it. */
export function kernelFor(node: GraphNode, shape: (value: ValueId) => Shape): StepKernel<Kind> | undefined {
  const kernel = STEPS[node.operation.kind] as StepKernel<Kind> | undefined;
  return kernel?.fits(node, shape) === true ? kernel : undefined;
}

/** What the layout must know. TypeScript reads and writes wherever values are. */
export function wasmAbilities(shape: (value: ValueId) => Shape): Abilities {
  return {
    readsRows: (node, input) => kernelFor(node, shape)?.strided.includes(input) ?? true,
    writesRows: (node) => kernelFor(node, shape)?.writesStrided ?? true,
    inPlace: (node) => kernelFor(node, shape)?.inPlace ?? [],
    scratch: (node) => Math.ceil((kernelFor(node, shape)?.scratch?.(node, shape) ?? 0) / FLOAT_BYTES),
  };
}
