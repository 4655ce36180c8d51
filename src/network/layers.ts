/** The layers that every network here is made of. Each notes its parameters in the definition and returns its forward function. */
import * as tf from '@tensorflow/tfjs-core';
import { batchNormTraining } from '../gpu/batchNormTraining.js';
import { standardised } from './standardised.js';
import type { Context } from './context.js';
import { type Definition, ONE, ZERO } from './definition.js';

/** [batch, height, width, channels] to the same with other sizes. */
export type ImageLayer = (context: Context, x: tf.Tensor4D) => tf.Tensor4D;
/** [..., inputs] to [..., outputs]. */
export type TokenLayer = <T extends tf.Tensor>(context: Context, x: T) => T;

export type Activation = 'linear' | 'relu' | 'prelu';

export interface ConvolutionOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the square kernel. Padding is PyTorch's usual (kernel - 1) / 2 on all sides. */
  readonly kernel: number;
  readonly stride?: number;
  /** What follows the bias or the normalisation. Default `linear`: nothing. */
  readonly activation?: Activation;
  /** The name of PReLU's slopes. */
  readonly slopes?: string;
}

export interface PlainConvolutionOptions extends ConvolutionOptions {
  /** Default true. */
  readonly bias?: boolean;
}

export interface NormalisedConvolutionOptions extends ConvolutionOptions {
  /** Every channel has its own kernel; `inputs` must equal `outputs`. */
  readonly depthwise?: boolean;
}

export const BATCH_NORM_EPSILON = 1e-5;
/** PyTorch's: the part of the batch's statistics in the moved running ones. */
export const BATCH_NORM_MOMENTUM = 0.1;
const PRELU_START = 0.25;

/** A convolution that no normalisation follows. PyTorch's default start: uniform within 1 / sqrt(fan in). */
export function convolution(define: Definition, name: string, options: PlainConvolutionOptions): ImageLayer {
  const { inputs, outputs, kernel, stride = 1, bias = true } = options;
  const initial = { kind: 'uniform', bound: 1 / Math.sqrt(inputs * kernel * kernel) } as const;
  define.parameter(`${name}.weight`, [outputs, inputs, kernel, kernel], initial, { layout: 'convolution' });
  if (bias) define.parameter(`${name}.bias`, [outputs], initial);
  const activate = activation(define, options);
  return (context, x) =>
    tf.fused.conv2d({
      x,
      filter: context.kernel(`${name}.weight`),
      strides: stride,
      pad: (kernel - 1) / 2,
      ...(bias ? { bias: context.parameter(`${name}.bias`) } : {}),
      ...activate.fused(context),
    });
}

/**
 * A convolution without bias, batch normalisation and an activation. In folded mode one fused convolution; otherwise the normalisation
 * uses the batch's statistics (training) or the running ones (evaluation).
 */
export function normalisedConvolution(
  define: Definition,
  name: string,
  norm: string,
  options: NormalisedConvolutionOptions,
): ImageLayer {
  const { inputs, outputs, kernel, stride = 1, depthwise = false } = options;
  const pad = (kernel - 1) / 2;
  const groupInputs = depthwise ? 1 : inputs;
  const initial = { kind: 'uniform', bound: 1 / Math.sqrt(groupInputs * kernel * kernel) } as const;
  define.parameter(`${name}.weight`, [outputs, groupInputs, kernel, kernel], initial, {
    layout: depthwise ? 'depthwise' : 'convolution',
  });
  const normalise = batchNorm(define, norm, outputs);
  define.normalised.push({ convolution: name, norm });
  const activate = activation(define, options);

  return (context, x) => {
    const filter = context.kernel(`${name}.weight`);
    if (context.folded) {
      const bias = context.parameter(`${name}.bias`);
      const fused = { x, filter, strides: stride, pad, bias, ...activate.fused(context) };
      return depthwise ? tf.fused.depthwiseConv2d(fused) : tf.fused.conv2d(fused);
    }
    const y = depthwise ? tf.depthwiseConv2d(x, filter, stride, pad) : tf.conv2d(x, filter, stride, pad);
    return activate.apply(context, normalise(context, y));
  };
}

interface FusedActivation {
  readonly activation: Activation;
  readonly preluActivationWeights?: tf.Tensor;
}

/** An activation as a step of its own and as an argument of the fused operations. */
function activation(
  define: Definition,
  { activation: kind = 'linear', slopes, outputs }: ConvolutionOptions,
): { apply: ImageLayer; fused: (context: Context) => FusedActivation } {
  if (kind !== 'prelu') {
    return { apply: (_, x) => (kind === 'relu' ? tf.relu(x) : x), fused: () => ({ activation: kind }) };
  }
  if (slopes === undefined) throw new RangeError('PReLU needs the name of its slopes');
  return {
    apply: prelu(define, slopes, outputs),
    fused: (context) => ({ activation: kind, preluActivationWeights: context.parameter(slopes) }),
  };
}

/** `max(x, 0) + slope * min(x, 0)`, one slope a channel under `name`. */
export function prelu(define: Definition, name: string, channels: number): ImageLayer {
  define.parameter(name, [channels], { kind: 'constant', value: PRELU_START });
  return (context, x) => tf.prelu(x, context.kernel(name));
}

/**
 * Batch normalisation over all axes but the last, as in PyTorch: in training by the batch's mean and biased variance, while the running
 * statistics move by a tenth towards the mean and the unbiased variance; otherwise by the running ones.
 */
export function batchNorm(define: Definition, name: string, channels: number): ImageLayer {
  define.parameter(`${name}.weight`, [channels], ONE);
  define.parameter(`${name}.bias`, [channels], ZERO);
  define.parameter(`${name}.running_mean`, [channels], ZERO, { role: 'buffer' });
  define.parameter(`${name}.running_var`, [channels], ONE, { role: 'buffer' });
  return (context, x) => {
    const scale = context.vector(`${name}.weight`);
    const shift = context.vector(`${name}.bias`);
    if (!context.training) {
      const mean = context.buffer(`${name}.running_mean`);
      const variance = context.buffer(`${name}.running_var`);
      return tf.batchNorm(x, mean, variance, shift, scale, BATCH_NORM_EPSILON);
    }
    const { y, mean, variance } = batchNormTraining(x, scale, shift, BATCH_NORM_EPSILON);
    const count = x.size / channels;
    moveTowards(context, `${name}.running_mean`, mean);
    moveTowards(context, `${name}.running_var`, tf.mul(variance, count / (count - 1)));
    return y;
  };
}

function moveTowards(context: Context, name: string, batch: tf.Tensor): void {
  const before = context.buffer(name);
  context.move(name, tf.add(tf.mul(before, 1 - BATCH_NORM_MOMENTUM), tf.mul(batch, BATCH_NORM_MOMENTUM)));
}

/** Every second pixel of an even-sided map: a strided slice that has a gradient everywhere, made of plain slices. */
export function everySecondPixel(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const rows = tf.slice(tf.reshape(x, [(batch * height) / 2, 2 * width * channels]), [0, 0], [-1, width * channels]);
  const pixels = tf.reshape(rows, [(batch * height * width) / 4, 2 * channels]);
  return tf.reshape(tf.slice(pixels, [0, 0], [-1, channels]), [batch, height / 2, width / 2, channels]);
}

/**
 * Maximum over 3 x 3 with stride 2 and a border of one pixel, of a map without negative values (after ReLU) with even sides. In training it
 * is made of `tf.maximum`, because the pooling gradient of the WebAssembly backend is wrong.
 */
export function maxPool3x3(context: Context, x: tf.Tensor4D): tf.Tensor4D {
  if (!context.training) return tf.maxPool(x, 3, 2, 1);
  const [batch, height, width, channels] = x.shape;
  const rows = largestOfThree(tf.reshape(x, [batch, height, width * channels]));
  return tf.reshape(largestOfThree(tf.reshape(rows, [(batch * height) / 2, width, channels])), [
    batch,
    height / 2,
    width / 2,
    channels,
  ]);
}

/** [groups, lines, values] to [groups, lines / 2, values]: lines 2i - 1, 2i and 2i + 1 merged. The missing line -1 counts as zero. */
function largestOfThree(x: tf.Tensor3D): tf.Tensor3D {
  const [groups, lines, values] = x.shape;
  const pairs = tf.reshape(x, [groups, lines / 2, 2 * values]);
  const even = tf.slice(pairs, [0, 0, 0], [-1, -1, values]);
  const odd = tf.slice(pairs, [0, 0, values], [-1, -1, values]);
  const before = tf.pad(tf.slice(odd, [0, 0, 0], [-1, lines / 2 - 1, -1]), [
    [0, 0],
    [1, 0],
    [0, 0],
  ]);
  return tf.maximum(tf.maximum(before, even), odd);
}

/** A linear layer on the last axis. In folded mode its weight is stored as [inputs, outputs]. */
export function linear(
  define: Definition,
  name: string,
  inputs: number,
  outputs: number,
  start?: { readonly deviation: number },
): TokenLayer {
  const uniform = { kind: 'uniform', bound: 1 / Math.sqrt(inputs) } as const;
  const weight = start === undefined ? uniform : ({ kind: 'normal', deviation: start.deviation } as const);
  define.parameter(`${name}.weight`, [outputs, inputs], weight);
  define.parameter(`${name}.bias`, [outputs], start === undefined ? uniform : ZERO);
  define.linear.push(name);
  return <T extends tf.Tensor>(context: Context, x: T): T => applyLinear(context, name, x);
}

/** `x W^T + b` with the parameters called `name`: [..., inputs] to [..., outputs]. */
export function applyLinear<T extends tf.Tensor>(context: Context, name: string, x: T): T {
  const weight = context.matrix(`${name}.weight`);
  const bias = context.parameter(`${name}.bias`);
  const inputs = x.shape[x.rank - 1];
  const outputs = bias.size;
  const rows = tf.reshape(x, [-1, inputs]);
  // WebAssembly's fused product adds a wrong bias to transposed weights, so only the folded ones go through it.
  const y = context.folded
    ? tf.fused.matMul({ a: rows, b: weight, bias })
    : tf.add(tf.matMul(rows, weight, false, true), bias);
  return tf.reshape(y, [...x.shape.slice(0, -1), outputs]) as T;
}

/** Layer normalisation on the last axis, with PyTorch's biased variance. */
export function layerNorm(define: Definition, name: string, width: number, epsilon: number): TokenLayer {
  define.parameter(`${name}.weight`, [width], ONE);
  define.parameter(`${name}.bias`, [width], ZERO);
  return <T extends tf.Tensor>(context: Context, x: T): T =>
    tf.add<T>(tf.mul(standardised(x, epsilon), context.parameter(`${name}.weight`)), context.parameter(`${name}.bias`));
}

/** The exact GELU, `x * Phi(x)`. */
export function gelu<T extends tf.Tensor>(x: T): T {
  const half = tf.mul(x, 0.5);
  return tf.add<T>(half, tf.mul(half, tf.erf(tf.mul(x, Math.SQRT1_2))));
}

/** In training zeroes values with the given probability and scales the others up; otherwise gives `x` back. */
export function dropout<T extends tf.Tensor>(context: Context, x: T, rate: number): T {
  if (!context.training || rate === 0) return x;
  return tf.dropout(x, rate, undefined, context.nextDropoutSeed()) as T;
}
