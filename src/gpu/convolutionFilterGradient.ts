/**
 * The filter gradient of a convolution on WebGPU as one tiled matrix product. TensorFlow.js's own kernel gives every weight to one thread,
 * which walks over all pixels of the batch: a 3 x 3 x 64 x 64 filter then keeps 36,864 threads busy for millions of uncached reads each.
 */
import type { KernelFunc, Tensor4D, TensorInfo } from '@tensorflow/tfjs-core';
import { convolutionInfo } from './convolutionAttributes.js';
import type { FilterGradientAttributes } from './convolutionAttributes.js';
import { sumParts } from './reduce.js';
import { runProgram } from './webgpuProgram.js';

/**
 * A workgroup of `side` x `side` threads computes 4 x 4 weights a thread, over `side` output pixels at a time; the small one where a filter
 * would leave half of the large one idle.
 */
const LARGE_SIDE = 16;
const SMALL_SIDE = 8;
/** The pixels are split among workgroups until about this many run at once, and no finer than this many steps each. */
const WANTED_WORKGROUPS = 256;
const LEAST_STEPS = 8;

/** Replaces `Conv2DBackpropFilter`. `stock` still serves images with their channels first. */
export function filterGradientKernel(stock: KernelFunc): KernelFunc {
  return (call) => {
    const { x, dy } = call.inputs as { x: Tensor4D; dy: Tensor4D };
    const attributes = call.attrs as unknown as FilterGradientAttributes;
    return attributes.dataFormat !== 'NCHW' ? filterGradient(x, dy, attributes) : stock(call);
  };
}

function filterGradient(x: Tensor4D, dy: Tensor4D, attributes: FilterGradientAttributes): TensorInfo {
  const { filterShape } = attributes;
  const info = convolutionInfo(x.shape, filterShape, attributes, false);
  const rows = info.filterHeight * info.filterWidth * info.inChannels;
  const columns = info.outChannels;
  const side = Math.min(rows, columns) <= 4 * SMALL_SIDE ? SMALL_SIDE : LARGE_SIDE;
  const steps = Math.ceil((info.batchSize * info.outHeight * info.outWidth) / side);
  const groups = [Math.ceil(rows / (4 * side)), Math.ceil(columns / (4 * side))] as const;
  const { parts, partSteps } = split(steps, groups[0] * groups[1]);
  const components = [info.inChannels % 4 === 0 ? 4 : 1, columns % 4 === 0 ? 4 : 1] as const;
  const product = runProgram(
    {
      key: `convolution-filter-gradient-${side}-${components.join('-')}`,
      source: source(side, ...components),
      inputs: ['x', 'dy'],
      components,
      uniforms: 'strides : vec2<i32>, pads : vec2<i32>, rows : i32, filterWidth : i32, partSteps : i32,',
      outputShape: parts === 1 ? filterShape : [parts, rows, columns],
      workgroup: [side, side, 1],
      groups: [...groups, parts],
    },
    [x, dy],
    [
      { type: 'int32', data: [info.strideHeight, info.strideWidth] },
      { type: 'int32', data: [info.padInfo.top, info.padInfo.left] },
      { type: 'int32', data: [rows] },
      { type: 'int32', data: [info.filterWidth] },
      { type: 'int32', data: [partSteps] },
    ],
  );
  return parts === 1 ? product : sumParts(product, filterShape);
}

function split(steps: number, tiles: number): { parts: number; partSteps: number } {
  const wanted = Math.min(Math.ceil(WANTED_WORKGROUPS / tiles), Math.ceil(steps / LEAST_STEPS));
  const partSteps = Math.ceil(steps / wanted);
  return { parts: Math.ceil(steps / partSteps), partSteps };
}

/** Rows of the product are (filter y, filter x, in channel), columns out channels, and the sum runs over the output's pixels. */
const source = (side: number, xComponents: 1 | 4, dyComponents: 1 | 4): string => `
  var<workgroup> xTile : array<array<vec4<f32>, ${side}>, ${side}>;
  var<workgroup> dyTile : array<array<vec4<f32>, ${side}>, ${side}>;

  // The place in x that the product's row meets at an output pixel, in floats; -1 in the padding and outside of the product.
  fn placeInX(pixel : i32, row : i32) -> i32 {
    let inChannels = uniforms.xShape.w;
    let tap = row / inChannels;
    let outX = pixel % uniforms.dyShape.z;
    let line = pixel / uniforms.dyShape.z;
    let outY = line % uniforms.dyShape.y;
    let image = line / uniforms.dyShape.y;
    let y = outY * uniforms.strides.x + tap / uniforms.filterWidth - uniforms.pads.x;
    let column = outX * uniforms.strides.y + tap % uniforms.filterWidth - uniforms.pads.y;
    if (row >= uniforms.rows || image >= uniforms.xShape.x) { return -1; }
    if (y < 0 || y >= uniforms.xShape.y || column < 0 || column >= uniforms.xShape.z) { return -1; }
    return ((image * uniforms.xShape.y + y) * uniforms.xShape.z + column) * inChannels + row % inChannels;
  }

  ${xComponents === 4 ? QUAD_OF_X : SINGLES_OF_X}

  ${dyComponents === 4 ? QUAD_OF_DY : SINGLES_OF_DY}

  fn write(part : i32, row : i32, column : i32, values : vec4<f32>) {
    let columns = uniforms.dyShape.w;
    if (row >= uniforms.rows) { return; }
    let place = (part * uniforms.rows + row) * columns + column;
    if (column < columns) { result[place] = values.x; }
    if (column + 1 < columns) { result[place + 1] = values.y; }
    if (column + 2 < columns) { result[place + 2] = values.z; }
    if (column + 3 < columns) { result[place + 3] = values.w; }
  }

  fn main() {
    let columns = uniforms.dyShape.w;
    let pixels = uniforms.dyShape.x * uniforms.dyShape.y * uniforms.dyShape.z;
    let loadedRow = i32(workgroupId.x) * ${4 * side} + i32(localId.x) * 4;
    let loadedColumn = i32(workgroupId.y) * ${4 * side} + i32(localId.x) * 4;
    let part = i32(workgroupId.z);
    var sum0 = vec4<f32>(0.0);
    var sum1 = vec4<f32>(0.0);
    var sum2 = vec4<f32>(0.0);
    var sum3 = vec4<f32>(0.0);
    for (var step = 0; step < uniforms.partSteps; step++) {
      let pixel = (part * uniforms.partSteps + step) * ${side} + i32(localId.y);
      xTile[localId.y][localId.x] = readX(pixel, loadedRow);
      dyTile[localId.y][localId.x] = readDy(pixel, loadedColumn, columns, pixels);
      workgroupBarrier();
      for (var k = 0; k < ${side}; k++) {
        let a = xTile[k][localId.y];
        let b = dyTile[k][localId.x];
        sum0 += a.x * b;
        sum1 += a.y * b;
        sum2 += a.z * b;
        sum3 += a.w * b;
      }
      workgroupBarrier();
    }
    let firstRow = i32(workgroupId.x) * ${4 * side} + i32(localId.y) * 4;
    write(part, firstRow, loadedColumn, sum0);
    write(part, firstRow + 1, loadedColumn, sum1);
    write(part, firstRow + 2, loadedColumn, sum2);
    write(part, firstRow + 3, loadedColumn, sum3);
  }`;

// Four neighbouring rows share their tap where the channels come in fours.
const QUAD_OF_X = `
  fn readX(pixel : i32, row : i32) -> vec4<f32> {
    let place = placeInX(pixel, row);
    if (place < 0) { return vec4<f32>(0.0); }
    return x[place / 4];
  }`;

const SINGLES_OF_X = `
  fn readX(pixel : i32, row : i32) -> vec4<f32> {
    var values = vec4<f32>(0.0);
    for (var i = 0; i < 4; i++) {
      let place = placeInX(pixel, row + i);
      if (place >= 0) { values[i] = x[place]; }
    }
    return values;
  }`;

const QUAD_OF_DY = `
  fn readDy(pixel : i32, column : i32, columns : i32, pixels : i32) -> vec4<f32> {
    if (pixel >= pixels || column >= columns) { return vec4<f32>(0.0); }
    return dy[(pixel * columns + column) / 4];
  }`;

const SINGLES_OF_DY = `
  fn readDy(pixel : i32, column : i32, columns : i32, pixels : i32) -> vec4<f32> {
    var values = vec4<f32>(0.0);
    for (var i = 0; i < 4; i++) {
      if (pixel < pixels && column + i < columns) { values[i] = dy[pixel * columns + column + i]; }
    }
    return values;
  }`;
