/** What TensorFlow.js passes to the kernels of convolutions' gradients. */
import * as tf from '@tensorflow/tfjs-core';

type Padding = Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
type Shape4D = [number, number, number, number];

export interface ConvolutionAttributes {
  readonly strides: [number, number] | number;
  /** Of depthwise convolutions alone; the gradients of others know none. */
  readonly dilations?: [number, number] | number;
  readonly pad: Padding;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Of `Conv2DBackpropFilter` and `DepthwiseConv2dNativeBackpropFilter`. */
export interface FilterGradientAttributes extends ConvolutionAttributes {
  readonly filterShape: Shape4D;
}

/** Of `Conv2DBackpropInput` and `DepthwiseConv2dNativeBackpropInput`. */
export interface InputGradientAttributes extends ConvolutionAttributes {
  readonly inputShape: Shape4D;
}

/** Sizes and padding in numbers. */
export function convolutionInfo(
  inputShape: Shape4D,
  filterShape: Shape4D,
  attributes: ConvolutionAttributes,
  depthwise: boolean,
): tf.backend_util.Conv2DInfo {
  const { strides, dilations = 1, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  );
}
