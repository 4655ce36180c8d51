/**
 * Parameters as the networks read them: a flat map from the published names to tensors. Convolution kernels are stored as TensorFlow.js
 * wants them (`[height, width, in, out]`, depthwise `[height, width, channels, 1]`); everything else has PyTorch's own axes, so a linear
 * weight is `[out, in]`.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { NamedArray, NamedArrays } from '../weights/namedArray.js';
import { matchTensors } from '../weights/tensorNames.js';
import type { ParameterLayout, ParameterSpec } from './definition.js';
import { initialValues } from './initialise.js';

export type Parameters = ReadonlyMap<string, tf.Tensor>;

/** PyTorch's axes in the order of the tensor's. */
const AXES: Readonly<Record<ParameterLayout, readonly [number, number, number, number] | null>> = {
  convolution: [2, 3, 1, 0],
  depthwise: [2, 3, 0, 1],
  plain: null,
};

/**
 * The arrays that a network needs, under its own names and in its order; others are left out.
 * @throws ModelError `model-parameters` when one is missing or has another shape.
 */
export function selectArrays(arrays: NamedArrays, specs: readonly ParameterSpec[]): Map<string, NamedArray> {
  const sources = matchTensors(arrays, specs, { holder: 'The file' });
  return new Map(
    [...sources].map(([{ name, shape }, source]) => [name, { shape, data: arrays.get(source)!.data }] as const),
  );
}

/** Arrays to tensors, which belong to the caller; optional ones that are missing start from their initial values. Throws as {@link selectArrays}. */
export function createParameters(arrays: NamedArrays, specs: readonly ParameterSpec[]): Map<string, tf.Tensor> {
  const selected = selectArrays(arrays, specs);
  const parameters = new Map<string, tf.Tensor>();
  for (const { name, layout, shape, initial } of specs) {
    const array = selected.get(name) ?? { shape, data: initialValues(initial, sizeOf(shape), 0) };
    parameters.set(name, createParameter(array, layout));
  }
  return parameters;
}

/** How many values a tensor has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** One array, in PyTorch's axes, to a tensor in the layout's. */
export function createParameter(array: NamedArray, layout: ParameterLayout): tf.Tensor {
  const { shape, data } = inLayout(array, layout);
  // A view of a file's bytes would keep the whole file, so the backend gets values of its own.
  return tf.tensor(data === array.data ? data.slice() : data, [...shape], 'float32');
}

/** One array, in PyTorch's axes, in the layout's; the very same values where those are the same. */
export function inLayout(array: NamedArray, layout: ParameterLayout): NamedArray {
  return permute(array, AXES[layout]);
}

/** The reverse of {@link createParameters}, for saving. */
export async function readParameters(
  parameters: Parameters,
  specs: readonly ParameterSpec[],
): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, NamedArray>();
  for (const { name, layout } of specs) {
    const tensor = parameters.get(name);
    if (tensor === undefined) continue;
    // One after the other: a phone's memory holds the model once more, not the model and every copy in flight.
    // oxlint-disable-next-line no-await-in-loop
    const data = await tensor.data<'float32'>();
    const array: NamedArray = { shape: tensor.shape, data: Float32Array.from(data) };
    arrays.set(name, layout === 'plain' ? array : permute(array, inverse(AXES[layout])));
  }
  return arrays;
}

/** Disposes every tensor of a map. */
export function disposeParameters(parameters: Parameters): void {
  for (const tensor of parameters.values()) tensor.dispose();
}

type Axes = readonly [number, number, number, number] | null;

function inverse(axes: Axes): Axes {
  return axes === null ? null : [axes.indexOf(0), axes.indexOf(1), axes.indexOf(2), axes.indexOf(3)];
}

/** Values of the last axis that are moved at a time: what they are read from stays in the processor's caches. */
const BAND = 16;

/** Axis i of the result is axis `axes[i]` of the array. */
function permute(array: NamedArray, axes: Axes): NamedArray {
  if (axes === null) return array;
  const { shape, data } = array;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = axes.map((axis) => shape[axis]) as [number, number, number, number];
  const steps = axes.map((axis) => strides[axis]) as [number, number, number, number];
  const permuted = new Float32Array(data.length);
  const [length, step] = [sizes[3], steps[3]];
  for (let first = 0; first < length; first += BAND) {
    const width = Math.min(BAND, length - first);
    let to = first;
    for (let a = 0; a < sizes[0]; a++) {
      for (let b = 0; b < sizes[1]; b++) {
        for (let c = 0; c < sizes[2]; c++, to += length) {
          let from = a * steps[0] + b * steps[1] + c * steps[2] + first * step;
          for (let d = 0; d < width; d++, from += step) permuted[to + d] = data[from];
        }
      }
    }
  }
  return { shape: sizes, data: permuted };
}
