/**
 * The filter gradient of a depthwise convolution on WebGPU: a reduction over the pixels for every tap and channel, in parts. The stock
 * kernel has one thread a weight, some hundred for a whole GPU.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelFunc, Tensor4D, TensorInfo } from '@tensorflow/tfjs-core';
import { CHANNELS, cut, LANES, sumParts } from './reduce.js';
import { runProgram } from './webgpuProgram.js';

/** Attributes that TensorFlow.js passes to the depthwise gradients. */
export interface DepthwiseAttributes {
  readonly strides: [number, number] | number;
  readonly dilations: [number, number] | number;
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
}

/** Replaces `DepthwiseConv2dNativeBackpropFilter`. `stock` still serves filters with several outputs a channel. */
export function depthwiseFilterGradientKernel(stock: KernelFunc): KernelFunc {
  return (call) => {
    const { x, dy } = call.inputs as { x: Tensor4D; dy: Tensor4D };
    const attributes = call.attrs as unknown as DepthwiseAttributes;
    return attributes.filterShape[3] === 1 ? depthwiseFilterGradient(x, dy, attributes) : stock(call);
  };
}

function depthwiseFilterGradient(x: Tensor4D, dy: Tensor4D, attributes: DepthwiseAttributes): TensorInfo {
  const { strides, dilations, pad, dimRoundingMode, filterShape } = attributes;
  const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, dilations, pad, dimRoundingMode, true);
  const taps = info.filterHeight * info.filterWidth;
  const { count, rows } = cut(info.batchSize * info.outHeight * info.outWidth);
  const parts = runProgram(
    {
      key: 'depthwise-filter-gradient',
      source: SOURCE,
      inputs: ['x', 'dy'],
      uniforms: 'strides : vec2<i32>, pads : vec2<i32>, dilations : vec2<i32>, filterWidth : i32, partRows : i32,',
      outputShape: [count, taps, info.inChannels],
      workgroup: [CHANNELS, LANES, 1],
      groups: [Math.ceil(info.inChannels / CHANNELS), count, taps],
    },
    [x, dy],
    [
      { type: 'int32', data: [info.strideHeight, info.strideWidth] },
      { type: 'int32', data: [info.padInfo.top, info.padInfo.left] },
      { type: 'int32', data: [info.dilationHeight, info.dilationWidth] },
      { type: 'int32', data: [info.filterWidth] },
      { type: 'int32', data: [rows] },
    ],
  );
  return sumParts(parts, filterShape);
}

const SOURCE = `
  var<workgroup> sums : array<array<f32, ${CHANNELS}>, ${LANES}>;

  fn main() {
    let channels = uniforms.xShape.w;
    let channel = i32(workgroupId.x) * ${CHANNELS} + i32(localId.x);
    let part = i32(workgroupId.y);
    let tap = i32(workgroupId.z);
    let offsetY = tap / uniforms.filterWidth * uniforms.dilations.x - uniforms.pads.x;
    let offsetX = tap % uniforms.filterWidth * uniforms.dilations.y - uniforms.pads.y;
    let pixels = uniforms.dyShape.x * uniforms.dyShape.y * uniforms.dyShape.z;
    let end = min((part + 1) * uniforms.partRows, pixels);
    var sum = 0.0;
    if (channel < channels) {
      for (var pixel = part * uniforms.partRows + i32(localId.y); pixel < end; pixel += ${LANES}) {
        let line = pixel / uniforms.dyShape.z;
        let inX = pixel % uniforms.dyShape.z * uniforms.strides.y + offsetX;
        let inY = line % uniforms.dyShape.y * uniforms.strides.x + offsetY;
        if (inY < 0 || inY >= uniforms.xShape.y || inX < 0 || inX >= uniforms.xShape.z) { continue; }
        let image = line / uniforms.dyShape.y;
        let place = ((image * uniforms.xShape.y + inY) * uniforms.xShape.z + inX) * channels + channel;
        sum += x[place] * dy[pixel * channels + channel];
      }
    }
    sums[localId.y][localId.x] = sum;
    workgroupBarrier();
    if (localId.y == 0u && channel < channels) {
      for (var lane = 1; lane < ${LANES}; lane++) { sum += sums[lane][localId.x]; }
      result[(part * uniforms.outShape.y + tap) * channels + channel] = sum;
    }
  }`;
