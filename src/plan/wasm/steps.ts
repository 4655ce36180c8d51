/** Which nodes the kernels compute, and what the others do. */
import { type GraphNode, type Shape, type ValueId } from '../graph.js';
import type { Abilities } from '../layout/abilities.js';
import type { Kind } from '../operations.js';
import { attention, convolution, product, type Range } from './productSteps.js';
import * as rows from './rowSteps.js';
import { FLOAT_BYTES, type StepKernel } from './stepKernel.js';

const stepsFor = (range: Range | undefined): { readonly [K in Kind]?: StepKernel<K> } => ({
  attention,
  binary: rows.binary,
  convolution: convolution(range),
  layerNorm: rows.layerNorm,
  maxPool: rows.maxPool,
  prelu: rows.prelu,
  product: product(range),
  reduce: rows.reduce,
  softmax: rows.softmax,
  unary: rows.unary,
});

/** The range of what a node multiplies with its weight; undefined where it computes in float32. */
export type RangeOf = (node: GraphNode) => Range | undefined;

/** What every kernel is chosen by. */
export interface Choice {
  readonly shape: (value: ValueId) => Shape;
  readonly range: RangeOf;
}

/** The kernel for a node; undefined where TypeScript computes it. */
export function kernelFor(node: GraphNode, { shape, range }: Choice): StepKernel<Kind> | undefined {
  const kernel = stepsFor(range(node))[node.operation.kind] as StepKernel<Kind> | undefined;
  return kernel?.fits(node, shape) === true ? kernel : undefined;
}

/** What the layout must know. TypeScript reads and writes wherever values are. */
export function wasmAbilities(choice: Choice): Abilities {
  return {
    readsRows: (node, input) => kernelFor(node, choice)?.strided.includes(input) ?? true,
    writesRows: (node) => kernelFor(node, choice)?.writesStrided ?? true,
    inPlace: (node) => kernelFor(node, choice)?.inPlace ?? [],
    scratch: (node) => Math.ceil((kernelFor(node, choice)?.scratch?.(node, choice.shape) ?? 0) / FLOAT_BYTES),
  };
}
