/** Convolutions and pooling, as the trace backend notes them. */
import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Pair } from '../operations.js';
import { epilogue, type TracedInputs, type TraceKernel } from './epilogue.js';
import { PlanRefusal } from './refusal.js';
import type { TraceBackend } from './traceBackend.js';

type Attributes = Pick<
  tf.FusedConv2DAttrs,
  'strides' | 'pad' | 'dataFormat' | 'dilations' | 'dimRoundingMode' | 'activation'
>;

type Shape4D = [number, number, number, number];

export function convolution(depthwise: boolean): TraceKernel<Attributes> {
  return (trace, inputs, attributes) => sums(trace, inputs, attributes, depthwise);
}

export function fusedConvolution(depthwise: boolean): TraceKernel<Attributes> {
  return (trace, inputs, attributes) =>
    epilogue(trace, sums(trace, inputs, attributes, depthwise), inputs, attributes.activation);
}

function sums(
  trace: TraceBackend,
  { x, filter }: TracedInputs,
  { strides, pad, dataFormat, dilations, dimRoundingMode }: Attributes,
  depthwise: boolean,
): TensorInfo {
  if (dataFormat === 'NCHW') throw new PlanRefusal('It has channels before rows.');
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as Shape4D,
    filter.shape as Shape4D,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
  );
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) throw new PlanRefusal('It has a dilated convolution.');
  if (depthwise && filter.shape[3] !== 1) throw new PlanRefusal('It has several kernels a channel.');
  return trace.record({ kind: 'convolution', depthwise, activation: 'none', ...geometry(info) }, { x, filter }, [
    ...info.outShape,
  ]);
}

export function maxPool(
  trace: TraceBackend,
  { x }: TracedInputs,
  { filterSize, strides, pad, dimRoundingMode }: tf.MaxPoolAttrs,
): TensorInfo {
  const info = tf.backend_util.computePool2DInfo(x.shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);
  const size: Pair = [info.filterHeight, info.filterWidth];
  return trace.record({ kind: 'maxPool', size, ...geometry(info) }, { x }, [...info.outShape]);
}

function geometry(info: tf.backend_util.Conv2DInfo): { readonly strides: Pair; readonly padding: Pair } {
  return {
    strides: [info.strideHeight, info.strideWidth],
    padding: [info.padInfo.top, info.padInfo.left],
  };
}
