/** What the trace backend notes for each kernel of TensorFlow.js. Fused kernels are taken apart: fusing is the business of `fuse/`. */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../graph.js';
import type { BinaryFunction, Reduction, UnaryFunction } from '../operations.js';
import { elementwise, epilogue, prelu, type TracedInputs, type TraceKernel } from './epilogue.js';
import { convolution, fusedConvolution, maxPool } from './imageKernels.js';
import { PlanRefusal } from './refusal.js';
import type { TraceBackend } from './traceBackend.js';

function kernel<Attributes>(make: TraceKernel<Attributes>): KernelFunc {
  return ({ inputs, attrs, backend }) =>
    make(backend as TraceBackend, inputs as unknown as TracedInputs, attrs as unknown as Attributes);
}

function unary(name: UnaryFunction): KernelFunc {
  return kernel((trace, { x }) => trace.record({ kind: 'unary', function: name }, { x }, x.shape));
}

function binary(name: BinaryFunction): KernelFunc {
  return kernel((trace, { a, b }) => elementwise(trace, name, a, b));
}

function batchedProduct(
  trace: TraceBackend,
  { a, b }: TracedInputs,
  { transposeA, transposeB }: tf.BatchMatMulAttrs,
): TensorInfo {
  const [rows, columns] = [a.shape.at(transposeA ? -1 : -2), b.shape.at(transposeB ? -2 : -1)];
  if (rows === undefined || columns === undefined) throw new PlanRefusal('It multiplies a vector.');
  const outer = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return trace.record({ kind: 'batchedProduct', transposeA, transposeB }, { a, b }, [...outer, rows, columns]);
}

function reduce(name: Reduction): KernelFunc {
  interface Attributes {
    readonly axis?: number | number[];
    readonly reductionIndices?: number | number[];
    readonly keepDims?: boolean;
  }
  return kernel<Attributes>((trace, { x }, { axis, reductionIndices, keepDims = false }) => {
    const axes = tf.util.parseAxisParam(axis ?? reductionIndices ?? x.shape.map((_, index) => index), x.shape);
    const shape = x.shape.flatMap((size, index) => (!axes.includes(index) ? [size] : keepDims ? [1] : []));
    return trace.record({ kind: 'reduce', function: name, axes }, { x }, shape);
  });
}

function reshape(trace: TraceBackend, { x }: TracedInputs, { shape }: tf.ReshapeAttrs): TensorInfo {
  return trace.record({ kind: 'reshape' }, { x }, tf.util.inferFromImplicitShape(shape, sizeOf(x.shape)));
}

function slice(trace: TraceBackend, { x }: TracedInputs, { begin, size }: tf.SliceAttrs): TensorInfo {
  const [first, shape] = tf.slice_util.parseSliceParams(x, begin, size);
  return trace.record({ kind: 'slice', begin: first }, { x }, shape);
}

function split(trace: TraceBackend, { x }: TracedInputs, { numOrSizeSplits, axis }: tf.SplitVAttrs): TensorInfo[] {
  const [along] = tf.util.parseAxisParam(axis, x.shape);
  let start = 0;
  return tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, along).map((size) => {
    const begin = x.shape.map((_, index) => (index === along ? start : 0));
    start += size;
    const shape = x.shape.map((whole, index) => (index === along ? size : whole));
    return trace.record({ kind: 'slice', begin }, { x }, shape);
  });
}

function concatenate(trace: TraceBackend, inputs: TracedInputs, { axis }: tf.ConcatAttrs): TensorInfo {
  const parts = Object.values(inputs);
  const [along] = tf.util.parseAxisParam(axis, parts[0].shape);
  const shape = tf.backend_util.computeOutShape(
    parts.map((part) => part.shape),
    along,
  );
  return trace.record({ kind: 'concatenate', axis: along }, Object.fromEntries(Object.entries(parts)), shape);
}

function transpose(trace: TraceBackend, { x }: TracedInputs, { perm }: tf.TransposeAttrs): TensorInfo {
  return trace.record(
    { kind: 'transpose', axes: perm },
    { x },
    perm.map((axis) => x.shape[axis]),
  );
}

function tile(trace: TraceBackend, { x }: TracedInputs, { reps }: tf.TileAttrs): TensorInfo {
  return trace.record(
    { kind: 'tile' },
    { x },
    x.shape.map((size, axis) => size * reps[axis]),
  );
}

function softmax(trace: TraceBackend, { logits }: TracedInputs, { dim }: tf.SoftmaxAttrs): TensorInfo {
  if (dim !== logits.shape.length - 1) throw new PlanRefusal('It has a softmax along another than the last axis.');
  return trace.record({ kind: 'softmax' }, { x: logits }, logits.shape);
}

function batchNorm(
  trace: TraceBackend,
  { x, mean, variance, offset, scale }: TracedInputs,
  { varianceEpsilon }: tf.FusedBatchNormAttrs,
): TensorInfo {
  const inputs = { x, mean, variance, scale, shift: offset };
  return trace.record({ kind: 'batchNorm', epsilon: varianceEpsilon }, inputs, x.shape);
}

function cast(trace: TraceBackend, { x }: TracedInputs, { dtype }: tf.CastAttrs): TensorInfo {
  if (dtype !== 'float32') throw new PlanRefusal(`It makes values of the type ${dtype}.`);
  return trace.same(x);
}

/** All that the folded forward of a network here may call. */
export const TRACE_KERNELS: Readonly<Record<string, KernelFunc>> = {
  [tf.Add]: binary('add'),
  [tf.BatchMatMul]: kernel(batchedProduct),
  [tf.Cast]: kernel(cast),
  [tf.Concat]: kernel(concatenate),
  [tf.Conv2D]: kernel(convolution(false)),
  [tf.DepthwiseConv2dNative]: kernel(convolution(true)),
  [tf.Erf]: unary('erf'),
  [tf.Exp]: unary('exp'),
  [tf.FusedBatchNorm]: kernel(batchNorm),
  [tf.FusedConv2D]: kernel(fusedConvolution(false)),
  [tf.FusedDepthwiseConv2D]: kernel(fusedConvolution(true)),
  [tf.Identity]: kernel((trace, { x }) => trace.same(x)),
  [tf.Log]: unary('log'),
  [tf.Max]: reduce('max'),
  [tf.Maximum]: binary('maximum'),
  [tf.MaxPool]: kernel(maxPool),
  [tf.Mean]: reduce('mean'),
  [tf.Multiply]: binary('multiply'),
  [tf.Prelu]: kernel((trace, { x, alpha }) => prelu(trace, x, alpha)),
  [tf.Relu]: unary('relu'),
  [tf.Reshape]: kernel(reshape),
  [tf.Rsqrt]: unary('rsqrt'),
  [tf.Sigmoid]: unary('sigmoid'),
  [tf.Slice]: kernel(slice),
  [tf.Softmax]: kernel(softmax),
  [tf.SplitV]: kernel(split),
  [tf.Square]: unary('square'),
  [tf.Sub]: binary('subtract'),
  [tf.Sum]: reduce('sum'),
  [tf.Tile]: kernel(tile),
  [tf.Transpose]: kernel(transpose),
  [tf._FusedMatMul]: kernel<tf._FusedMatMulAttrs>((trace, inputs, attributes) =>
    epilogue(trace, batchedProduct(trace, inputs, attributes), inputs, attributes.activation),
  ),
};
