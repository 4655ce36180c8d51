/**
 * Gradients that TensorFlow.js lacks on WebAssembly, of convolutions' filters and of depthwise convolutions, composed of forward
 * operations, which are XNNPACK's and fast.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelFunc, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { FilterGradientAttributes, InputGradientAttributes } from './convolutionAttributes.js';
import { cutTo, supportedInfo } from './wasmConvolutionInfo.js';
import type { ExplicitPadding, Info } from './wasmConvolutionInfo.js';

/** `Conv2DBackpropFilter`: images and channels change places, and the gradient becomes the filter, dilated by the stride. */
export const filterGradient: KernelFunc = ({ inputs, attrs }) =>
  tf.tidy(() => {
    const { x, dy } = inputs as { x: Tensor4D; dy: Tensor4D };
    const attributes = attrs as unknown as FilterGradientAttributes;
    const info = supportedInfo(x.shape, attributes.filterShape, attributes, false);
    if (isPointwise(info)) return pointwiseFilterGradient(x, dy, info);
    const images = tf.transpose(x, [3, 1, 2, 0]);
    const kernel = tf.transpose(dy, [1, 2, 0, 3]);
    const dilations: [number, number] = [info.strideHeight, info.strideWidth];
    const taps = tf.conv2d(images, kernel, 1, padding(info), 'NHWC', dilations);
    // Pixels that the convolution left over give taps behind the filter's last.
    const used = tf.slice(taps, 0, [info.inChannels, info.filterHeight, info.filterWidth, info.outChannels]);
    return tf.transpose(used, [1, 2, 0, 3]);
  });

function isPointwise({ filterHeight, filterWidth, padInfo }: Info): boolean {
  return filterHeight * filterWidth === 1 && padInfo.top + padInfo.bottom + padInfo.left + padInfo.right === 0;
}

function pointwiseFilterGradient(x: Tensor4D, dy: Tensor4D, info: Info): Tensor {
  const met = tf.avgPool(x, 1, [info.strideHeight, info.strideWidth], 'valid');
  // With four axes the transpose keeps to the cache; merged to two it takes ten times as long.
  const channels = tf.reshape(tf.transpose(met, [3, 0, 1, 2]), [info.inChannels, -1]);
  return tf.reshape(tf.matMul(channels, tf.reshape(dy, [-1, info.outChannels])), info.filterShape);
}

/** `DepthwiseConv2dNativeBackpropInput`: the gradient, spread by the stride, convolved with the mirrored filter. */
export const depthwiseInputGradient: KernelFunc = ({ inputs, attrs }) =>
  tf.tidy(() => {
    const { dy, filter } = inputs as { dy: Tensor4D; filter: Tensor4D };
    const attributes = attrs as unknown as InputGradientAttributes;
    const info = supportedInfo(attributes.inputShape, filter.shape, attributes, true);
    const mirrored = tf.reverse(filter, [0, 1]);
    return cutTo(info, tf.depthwiseConv2d(spread(dy, info), mirrored, 1, mirroredPadding(info)));
  });

/** `DepthwiseConv2dNativeBackpropFilter`: for every tap the product of x with the gradient moved there, summed by average pooling. */
export const depthwiseFilterGradient: KernelFunc = ({ inputs, attrs }) =>
  tf.tidy(() => {
    const { x, dy } = inputs as { x: Tensor4D; dy: Tensor4D };
    const attributes = attrs as unknown as FilterGradientAttributes;
    const info = supportedInfo(x.shape, attributes.filterShape, attributes, true);
    const wide = spread(dy, info);
    const { filterHeight, filterWidth, padInfo } = info;
    // The frame holds x with its padding and the spread gradient at the last tap.
    const height = Math.max(info.inHeight + padInfo.top, wide.shape[1] + filterHeight - 1);
    const width = Math.max(info.inWidth + padInfo.left, wide.shape[2] + filterWidth - 1);
    const framed = place(x, padInfo.top, padInfo.left, height, width);
    const taps: Tensor[] = [];
    for (let y = 0; y < filterHeight; y++) {
      for (let column = 0; column < filterWidth; column++) {
        const moved = place(wide, y, column, height, width);
        taps.push(tf.mean(tf.avgPool(tf.mul(framed, moved), [height, width], 1, 'valid'), [0, 1, 2]));
      }
    }
    return tf.reshape(tf.mul(tf.stack(taps), info.batchSize * height * width), info.filterShape);
  });

function place(x: Tensor4D, top: number, left: number, height: number, width: number): Tensor4D {
  return tf.pad(x, [
    [0, 0],
    [top, height - x.shape[1] - top],
    [left, width - x.shape[2] - left],
    [0, 0],
  ]);
}

/** `stride - 1` rows and columns of zeros behind every one. Padding merged axes is a copy; stacking and slicing walk in JavaScript. */
function spread(dy: Tensor4D, { strideHeight, strideWidth }: Info): Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return dy;
  const [batch, height, width, channels] = dy.shape;
  const columns = padBehind(tf.reshape(dy, [batch * height * width, channels]), strideWidth);
  const rows = padBehind(tf.reshape(columns, [batch * height, width * strideWidth * channels]), strideHeight);
  return tf.reshape(rows, [batch, height * strideHeight, width * strideWidth, channels]);
}

/** `[rows, length]` to `[rows, times * length]`. */
function padBehind(x: Tensor2D, times: number): Tensor2D {
  return tf.pad(x, [
    [0, 0],
    [0, (times - 1) * x.shape[1]],
  ]);
}

function padding({ padInfo }: Info): ExplicitPadding {
  return [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ];
}

/** Gives an output of the input's size from the spread gradient, or a little more where {@link cutTo} has to help. */
function mirroredPadding(info: Info): ExplicitPadding {
  const { padInfo, filterHeight, filterWidth } = info;
  const bottom = info.inHeight + padInfo.top - info.outHeight * info.strideHeight;
  const right = info.inWidth + padInfo.left - info.outWidth * info.strideWidth;
  return [
    [0, 0],
    [filterHeight - 1 - padInfo.top, Math.max(0, bottom)],
    [filterWidth - 1 - padInfo.left, Math.max(0, right)],
    [0, 0],
  ];
}
