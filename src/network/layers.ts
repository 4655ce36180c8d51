/** The layers that every network here is made of. Each notes its parameters in the definition and returns its forward function. */
import * as tf from '@tensorflow/tfjs-core';
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
  /** Side of the square kernel. Padding is PyTorch's usual (kernel - 1) / 2 on all sides unless `padding` says otherwise. */
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
}

export interface NormalisedConvolutionOptions extends ConvolutionOptions {
  /** Every channel has its own kernel; `inputs` must equal `outputs`. */
  readonly depthwise?: boolean;
  readonly activation?: Activation;
  /** The name of PReLU's slopes. */
  readonly slopes?: string;
}

const BATCH_NORM_EPSILON = 1e-5;
/** PyTorch's: the part of the batch's statistics in the moved running ones. */
const BATCH_NORM_MOMENTUM = 0.1;
const PRELU_START = 0.25;
const RUNNING_MEAN = 'running_mean';
const RUNNING_VARIANCE = 'running_var';

/** A convolution with a bias and nothing after it. PyTorch's default start: uniform within 1 / sqrt(fan in). */
export function convolution(define: Definition, name: string, options: ConvolutionOptions, alias?: string): ImageLayer {
  const { inputs, outputs, kernel, stride = 1, padding = (kernel - 1) / 2 } = options;
  const initial = { kind: 'uniform', bound: 1 / Math.sqrt(inputs * kernel * kernel) } as const;
  const aliases = (suffix: string): readonly string[] => (alias === undefined ? [] : [`${alias}.${suffix}`]);
  define.parameter(`${name}.weight`, [outputs, inputs, kernel, kernel], initial, {
    layout: 'convolution',
    aliases: aliases('weight'),
  });
  define.parameter(`${name}.bias`, [outputs], initial, { aliases: aliases('bias') });
  return (context, x) =>
    tf.fused.conv2d({
      x,
      filter: context.kernel(`${name}.weight`),
      bias: context.parameter(`${name}.bias`),
      strides: stride,
      pad: padding,
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
  const { inputs, outputs, kernel, stride = 1, depthwise = false, activation = 'linear', slopes } = options;
  const pad = options.padding ?? (kernel - 1) / 2;
  const layout = depthwise ? 'depthwise' : 'convolution';
  const fanIn = (depthwise ? 1 : inputs) * kernel * kernel;
  define.parameter(
    `${name}.weight`,
    [outputs, depthwise ? 1 : inputs, kernel, kernel],
    { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) },
    { layout },
  );
  const normalise = batchNorm(define, norm, outputs);
  define.normalised.push({ convolution: name, norm, layout });
  const activate = activationLayer(define, activation, outputs, slopes);

  return (context, x) => {
    const filter = context.kernel(`${name}.weight`);
    if (context.folded) {
      const bias = context.parameter(`${name}.bias`);
      const fused = { x, filter, strides: stride, pad, bias, activation } as const;
      const withSlopes = slopes === undefined ? fused : { ...fused, preluActivationWeights: context.parameter(slopes) };
      return depthwise ? tf.fused.depthwiseConv2d(withSlopes) : tf.fused.conv2d(withSlopes);
    }
    const y = depthwise ? tf.depthwiseConv2d(x, filter, stride, pad) : tf.conv2d(x, filter, stride, pad);
    return activate(context, normalise(context, y));
  };
}

function activationLayer(
  define: Definition,
  activation: Activation,
  channels: number,
  slopes: string | undefined,
): ImageLayer {
  if (activation === 'linear') return (_, x) => x;
  if (activation === 'relu') return (_, x) => tf.relu(x);
  if (slopes === undefined) throw new RangeError('PReLU needs the name of its slopes');
  return prelu(define, slopes, channels);
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
  define.parameter(`${name}.${RUNNING_MEAN}`, [channels], ZERO, { role: 'buffer' });
  define.parameter(`${name}.${RUNNING_VARIANCE}`, [channels], ONE, { role: 'buffer' });
  return (context, x) => {
    const scale = context.vector(`${name}.weight`);
    const shift = context.vector(`${name}.bias`);
    if (!context.training) {
      const mean = context.buffer(`${name}.${RUNNING_MEAN}`);
      const variance = context.buffer(`${name}.${RUNNING_VARIANCE}`);
      return tf.batchNorm(x, mean, variance, shift, scale, BATCH_NORM_EPSILON);
    }
    const { mean, variance } = tf.moments(x, [0, 1, 2]) as { mean: tf.Tensor1D; variance: tf.Tensor1D };
    const count = x.size / channels;
    moveTowards(context, `${name}.${RUNNING_MEAN}`, mean);
    moveTowards(context, `${name}.${RUNNING_VARIANCE}`, tf.mul(variance, count / (count - 1)));
    return tf.batchNorm(x, mean, variance, shift, scale, BATCH_NORM_EPSILON);
  };
}

function moveTowards(context: Context, name: string, batch: tf.Tensor): void {
  const before = context.buffer(name);
  context.move(name, tf.add(tf.mul(before, 1 - BATCH_NORM_MOMENTUM), tf.mul(batch, BATCH_NORM_MOMENTUM)));
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
  const y = tf.fused.matMul({ a: rows, b: weight, bias, transposeB: !context.folded });
  return tf.reshape(y, [...x.shape.slice(0, -1), outputs]) as T;
}

/** Layer normalisation on the last axis, with PyTorch's biased variance. */
export function layerNorm(define: Definition, name: string, width: number, epsilon: number): TokenLayer {
  define.parameter(`${name}.weight`, [width], ONE);
  define.parameter(`${name}.bias`, [width], ZERO);
  return <T extends tf.Tensor>(context: Context, x: T): T => {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true);
    const unit = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add<T>(tf.mul(unit, context.parameter(`${name}.weight`)), context.parameter(`${name}.bias`));
  };
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
