/** Rewrites parameters for inference, once and exactly: what is constant then is multiplied into the weights beforehand. */
import type { NamedArray } from '../weights/namedArray.js';
import type { InputSpec } from '../weights/manifest.js';
import { BATCH_NORM_EPSILON } from './layers.js';
import type { Network } from './networkInterface.js';
import { QUERY_KEY_VALUE } from './transformer.js';

/** How pixels reach the folded network: luma on one channel or RGB on three, in 0..1, and then a channel of ones. */
export type FoldedInput = Pick<InputSpec, 'colour' | 'mean' | 'std'>;

/**
 * Parameters for the mode `folded`, still in PyTorch's axes but for linear weights, which become [in, out]:
 * - batch normalisation goes into the convolution before it, which gets a bias;
 * - mean, standard deviation and the three equal channels of luma go into the first convolution. Its zero padding stands for zero *after*
 *   normalisation, so the shift cannot be a bias: it is the kernel of one more input channel that is 1 inside the image and padded like it;
 * - the attention's joint projection becomes three, the query's divided by the square root of the head's width.
 *
 * Arithmetic is in float64. `arrays` hold the network's own names (see `selectArrays`).
 */
export function foldParameters(
  network: Network,
  arrays: ReadonlyMap<string, NamedArray>,
  input: FoldedInput,
): Map<string, NamedArray> {
  const folded = new Map(arrays);
  const { normalised, linear, attention } = network.definition;
  for (const { convolution, norm } of normalised) foldNorm(folded, convolution, norm);
  foldInput(folded, network.inputConvolution, input);
  for (const { name, heads } of attention) splitProjection(folded, name, heads);
  for (const name of linear) {
    const weight = folded.get(`${name}.weight`);
    if (weight !== undefined) folded.set(`${name}.weight`, transpose(weight));
  }
  return folded;
}

function take(arrays: Map<string, NamedArray>, name: string): NamedArray | undefined {
  const array = arrays.get(name);
  arrays.delete(name);
  return array;
}

function foldNorm(arrays: Map<string, NamedArray>, convolution: string, norm: string): void {
  const kernel = arrays.get(`${convolution}.weight`);
  const scale = take(arrays, `${norm}.weight`);
  const shift = take(arrays, `${norm}.bias`);
  const mean = take(arrays, `${norm}.running_mean`);
  const variance = take(arrays, `${norm}.running_var`);
  if (!kernel || !scale || !shift || !mean || !variance) return;
  const outputs = scale.data.length;
  const size = kernel.data.length / outputs;
  const weight = new Float32Array(kernel.data.length);
  const bias = new Float32Array(outputs);
  const { data } = kernel;
  for (let output = 0; output < outputs; output++) {
    const factor = at(scale, output) / Math.sqrt(at(variance, output) + BATCH_NORM_EPSILON);
    bias[output] = at(shift, output) - at(mean, output) * factor;
    const end = (output + 1) * size;
    for (let index = output * size; index < end; index++) weight[index] = data[index] * factor;
  }
  arrays.set(`${convolution}.weight`, { shape: kernel.shape, data: weight });
  arrays.set(`${convolution}.bias`, { shape: [outputs], data: bias });
}

function foldInput(arrays: Map<string, NamedArray>, convolution: string, input: FoldedInput): void {
  const kernel = arrays.get(`${convolution}.weight`);
  if (kernel === undefined) return;
  const [outputs, colours, height, width] = kernel.shape as [number, number, number, number];
  const area = height * width;
  const channels = (input.colour === 'luma' ? 1 : colours) + 1;
  const sums = new Float64Array(outputs * channels * area);
  for (let output = 0; output < outputs; output++) {
    for (let colour = 0; colour < colours; colour++) {
      const deviation = input.std[colour];
      const target = input.colour === 'luma' ? 0 : colour;
      for (let place = 0; place < area; place++) {
        const weight = at(kernel, (output * colours + colour) * area + place) / deviation;
        const pixel = (output * channels + target) * area + place;
        const ones = (output * channels + channels - 1) * area + place;
        sums[pixel] = sums[pixel] + weight;
        sums[ones] = sums[ones] - weight * input.mean[colour];
      }
    }
  }
  arrays.set(`${convolution}.weight`, { shape: [outputs, channels, height, width], data: Float32Array.from(sums) });
}

function splitProjection(arrays: Map<string, NamedArray>, name: string, heads: number): void {
  const weight = take(arrays, `${name}.qkv.weight`);
  const bias = take(arrays, `${name}.qkv.bias`);
  if (!weight || !bias) return;
  const width = weight.shape[1];
  const queryScale = 1 / Math.sqrt(width / heads);
  for (const [index, part] of QUERY_KEY_VALUE.entries()) {
    const scale = part === 'query' ? queryScale : 1;
    const rows = weight.data.subarray(index * width * width, (index + 1) * width * width);
    const biases = bias.data.subarray(index * width, (index + 1) * width);
    arrays.set(`${name}.${part}.weight`, transpose({ shape: [width, width], data: rows }, scale));
    arrays.set(`${name}.${part}.bias`, { shape: [width], data: biases.map((value) => value * scale) });
  }
}

/** Rows of a matrix that are turned at a time: what they are written to stays in the processor's caches. */
const BAND = 16;

/** With every value times `scale`. */
function transpose(matrix: NamedArray, scale = 1): NamedArray {
  const [rows, columns] = matrix.shape as [number, number];
  const { data } = matrix;
  const turned = new Float32Array(data.length);
  for (let first = 0; first < rows; first += BAND) {
    const end = Math.min(first + BAND, rows);
    for (let column = 0; column < columns; column++) {
      for (let row = first; row < end; row++) turned[column * rows + row] = data[row * columns + column] * scale;
    }
  }
  return { shape: [columns, rows], data: turned };
}

function at(array: NamedArray, index: number): number {
  return array.data[index];
}
