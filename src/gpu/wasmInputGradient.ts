/**
 * The gradient of a convolution by its input on WebAssembly, as one forward convolution: TensorFlow.js has plain loops there, ten times
 * slower than the forward pass. With a stride, the input's pixels fall into phases that meet different taps; all phases are computed as
 * channels of one convolution of the gradient and then put beside each other.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelFunc, Tensor4D } from '@tensorflow/tfjs-core';
import type { InputGradientAttributes } from './convolutionAttributes.js';
import { cutTo, supportedInfo } from './wasmConvolutionInfo.js';
import type { Info } from './wasmConvolutionInfo.js';

/** `Conv2DBackpropInput` */
export const inputGradient: KernelFunc = ({ inputs, attrs }) =>
  tf.tidy(() => {
    const { dy, filter } = inputs as { dy: Tensor4D; filter: Tensor4D };
    const attributes = attrs as unknown as InputGradientAttributes;
    const info = supportedInfo(attributes.inputShape, filter.shape, attributes, false);
    const vertical = axisOf(info.strideHeight, info.padInfo.top, info.filterHeight);
    const horizontal = axisOf(info.strideWidth, info.padInfo.left, info.filterWidth);
    const phases = tf.conv2d(dy, phaseFilter(filter, info, vertical, horizontal), 1, [
      [0, 0],
      paddingOf(vertical, info.inHeight, info.outHeight),
      paddingOf(horizontal, info.inWidth, info.outWidth),
      [0, 0],
    ]);
    return cutTo(info, interleave(phases, info));
  });

/** Along one axis: pixel `stride * q + phase` of the input met pixel `q + offset` of the output at tap `phase + padding - stride * offset`. */
interface Axis {
  readonly stride: number;
  readonly padding: number;
  readonly taps: number;
  /** The first and last offset that any phase meets. */
  readonly first: number;
  readonly last: number;
}

function axisOf(stride: number, padding: number, taps: number): Axis {
  const first = Math.ceil((padding - taps + 1) / stride);
  return { stride, padding, taps, first, last: Math.floor((padding + stride - 1) / stride) };
}

/** Gives every phase the pixels it needs; a few too many where the convolution left pixels over. */
function paddingOf({ stride, first, last }: Axis, inputs: number, outputs: number): [number, number] {
  return [-first, Math.max(0, Math.ceil(inputs / stride) - outputs + last)];
}

/** `[offsets, offsets, outputs, phases * phases * inputs]`, with 0 where a phase has no tap. */
function phaseFilter(filter: Tensor4D, info: Info, vertical: Axis, horizontal: Axis): Tensor4D {
  const { inChannels, outChannels } = info;
  const shape: [number, number, number, number] = [
    vertical.last - vertical.first + 1,
    horizontal.last - horizontal.first + 1,
    outChannels,
    vertical.stride * horizontal.stride * inChannels,
  ];
  const weights = filter.dataSync<'float32'>();
  const result = new Float32Array(tf.util.sizeFromShape(shape));
  for (const y of meetings(vertical)) {
    for (const x of meetings(horizontal)) {
      const from = (y.tap * horizontal.taps + x.tap) * inChannels * outChannels;
      const to =
        (y.place * shape[1] + x.place) * outChannels * shape[3] + (y.phase * horizontal.stride + x.phase) * inChannels;
      for (let i = 0; i < inChannels; i++) {
        for (let o = 0; o < outChannels; o++) result[to + o * shape[3] + i] = weights[from + i * outChannels + o];
      }
    }
  }
  return tf.tensor4d(result, shape);
}

function meetings({ stride, padding, taps, first, last }: Axis): { phase: number; place: number; tap: number }[] {
  const all: { phase: number; place: number; tap: number }[] = [];
  for (let phase = 0; phase < stride; phase++) {
    for (let offset = first; offset <= last; offset++) {
      const tap = phase + padding - stride * offset;
      if (tap >= 0 && tap < taps) all.push({ phase, place: offset - first, tap });
    }
  }
  return all;
}

/** `[batch, height, width, phases * phases * channels]` to `[batch, phases * height, phases * width, channels]`. */
function interleave(phases: Tensor4D, { strideHeight, strideWidth, inChannels }: Info): Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return phases;
  const [batch, height, width] = phases.shape;
  const lines = tf.reshape(phases, [batch * height, width, strideHeight, strideWidth * inChannels]);
  return tf.reshape(tf.transpose(lines, [0, 2, 1, 3]), [batch, height * strideHeight, width * strideWidth, inChannels]);
}
