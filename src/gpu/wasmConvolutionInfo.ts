/** For which convolutions the gradients composed on WebAssembly hold, and their sizes. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { convolutionInfo } from './convolutionAttributes.js';

export type Info = tf.backend_util.Conv2DInfo;
export type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

/** Sizes and padding, where the compositions hold. */
export function supportedInfo(...convolution: Parameters<typeof convolutionInfo>): Info {
  const info = convolutionInfo(...convolution);
  const [, , attributes, depthwise] = convolution;
  const { dilationHeight, dilationWidth, padInfo, filterHeight, filterWidth } = info;
  const several = depthwise && info.filterShape[3] !== 1;
  const dilated = dilationHeight !== 1 || dilationWidth !== 1;
  const wide = padInfo.top >= filterHeight || padInfo.left >= filterWidth;
  if (several || dilated || wide || attributes.dataFormat === 'NCHW') {
    throw new Error(
      'On WebAssembly, gradients of convolutions need channels last, no dilation, one depthwise output a channel, and padding smaller than the filter',
    );
  }
  return info;
}

/** Leaves the gradient of the input's pixels and drops what lies behind them. */
export function cutTo({ inShape }: Info, x: Tensor4D): Tensor4D {
  return tf.util.arraysEqual(x.shape, inShape) ? x : tf.slice(x, 0, inShape);
}
