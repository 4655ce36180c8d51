/**
 * The filter gradient of a depthwise convolution on WebGPU. The stock kernel has one thread a weight, some hundred for a whole GPU, and
 * each walks over every pixel of the batch; here the pixels are cut into parts, with one thread a weight and part.
 */
import type { KernelFunc, Tensor4D, TensorInfo } from '@tensorflow/tfjs-core';
import { convolutionInfo } from './convolutionAttributes.js';
import type { FilterGradientAttributes } from './convolutionAttributes.js';
import { cut, FLAT_INDEX, flatGrid, sumParts } from './reduce.js';
import { runProgram } from './webgpuProgram.js';

/** Replaces `DepthwiseConv2dNativeBackpropFilter`. `stock` still serves filters with several outputs a channel. */
export function depthwiseFilterGradientKernel(stock: KernelFunc): KernelFunc {
  return (call) => {
    const { x, dy } = call.inputs as { x: Tensor4D; dy: Tensor4D };
    const attributes = call.attrs as unknown as FilterGradientAttributes;
    return attributes.filterShape[3] === 1 ? depthwiseFilterGradient(x, dy, attributes) : stock(call);
  };
}

function depthwiseFilterGradient(x: Tensor4D, dy: Tensor4D, attributes: FilterGradientAttributes): TensorInfo {
  const { filterShape } = attributes;
  const info = convolutionInfo(x.shape, filterShape, attributes, true);
  const taps = info.filterHeight * info.filterWidth;
  const { count, rows } = cut(info.batchSize * info.outHeight * info.outWidth);
  const parts = runProgram(
    {
      key: 'depthwise-filter-gradient',
      source: SOURCE,
      inputs: ['x', 'dy'],
      uniforms: 'strides : vec2<i32>, pads : vec2<i32>, dilations : vec2<i32>, filterWidth : i32, partPixels : i32,',
      outputShape: [count, taps, info.inChannels],
      ...flatGrid(count * taps * info.inChannels),
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
  fn main() {
    let channels = uniforms.xShape.w;
    let index = ${FLAT_INDEX};
    let weights = uniforms.outShape.y * channels;
    let part = index / weights;
    if (part >= uniforms.outShape.x) { return; }
    let channel = index % channels;
    let tap = index % weights / channels;
    let offsetY = tap / uniforms.filterWidth * uniforms.dilations.x - uniforms.pads.x;
    let offsetX = tap % uniforms.filterWidth * uniforms.dilations.y - uniforms.pads.y;
    let pixels = uniforms.dyShape.x * uniforms.dyShape.y * uniforms.dyShape.z;
    let end = min((part + 1) * uniforms.partPixels, pixels);
    var sum = 0.0;
    for (var pixel = part * uniforms.partPixels; pixel < end; pixel++) {
      let line = pixel / uniforms.dyShape.z;
      let inX = pixel % uniforms.dyShape.z * uniforms.strides.y + offsetX;
      let inY = line % uniforms.dyShape.y * uniforms.strides.x + offsetY;
      if (inY < 0 || inY >= uniforms.xShape.y || inX < 0 || inX >= uniforms.xShape.z) { continue; }
      let image = line / uniforms.dyShape.y;
      let place = ((image * uniforms.xShape.y + inY) * uniforms.xShape.z + inX) * channels + channel;
      sum += x[place] * dy[pixel * channels + channel];
    }
    result[index] = sum;
  }`;
