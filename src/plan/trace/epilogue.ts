/** What the trace backend notes for the parts that several kernels of TensorFlow.js have in common. */
import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BinaryFunction } from '../operations.js';
import { PlanRefusal } from './refusal.js';
import type { TraceBackend } from './traceBackend.js';

/** Inputs under TensorFlow.js's names. Those of a concatenation are numbered. */
export type TracedInputs = Readonly<Record<string, TensorInfo>>;
export type TraceKernel<Attributes> = (
  trace: TraceBackend,
  inputs: TracedInputs,
  attributes: Attributes,
) => TensorInfo | TensorInfo[];

export function elementwise(trace: TraceBackend, name: BinaryFunction, a: TensorInfo, b: TensorInfo): TensorInfo {
  const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  return trace.record({ kind: 'binary', function: name }, { a, b }, shape);
}

export function prelu(trace: TraceBackend, x: TensorInfo, slopes: TensorInfo): TensorInfo {
  return trace.record({ kind: 'prelu' }, { x, slopes }, x.shape);
}

/** Bias and activation of a fused kernel, as nodes of their own. */
export function epilogue(
  trace: TraceBackend,
  sums: TensorInfo,
  { bias, preluActivationWeights: slopes }: TracedInputs,
  activation: string | undefined,
): TensorInfo {
  const biased = (bias as TensorInfo | undefined) === undefined ? sums : elementwise(trace, 'add', sums, bias);
  switch (activation) {
    case undefined:
    case 'linear':
      return biased;
    case 'relu':
    case 'sigmoid':
      return trace.record({ kind: 'unary', function: activation }, { x: biased }, biased.shape);
    case 'prelu':
      return prelu(trace, biased, slopes);
    default:
      throw new PlanRefusal(`It has the activation ${activation}.`);
  }
}
