/** What is measured: every own kernel on shapes of the networks here, beside what TensorFlow.js has for it. */
import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { batchNormTraining } from '../../src/gpu/batchNormTraining.js';
import { pairwiseDistance } from '../../src/gpu/pairwiseDistance.js';
import type { StockKernels } from './stockKernels.js';

export interface KernelCase {
  readonly name: string;
  readonly shape: string;
  /** Each computes within a tidy and returns what came last. */
  readonly own: () => Tensor;
  /** null where the backend has nothing to compare with. */
  readonly stock: (() => Tensor) | null;
}

export interface Sizes {
  readonly batch: number;
  /** Side of the images. */
  readonly side: number;
  readonly channels: number;
  readonly tokens: number;
  readonly depth: number;
}

/** A training step's middle layers; the small ones are for GPUs that a CPU plays. */
export const SIZES = {
  full: { batch: 8, side: 28, channels: 64, tokens: 49, depth: 192 },
  small: { batch: 2, side: 14, channels: 64, tokens: 49, depth: 48 },
} as const satisfies Record<string, Sizes>;

const EPSILON = 1e-5;
const HEADS = 8;

/** The cases for a backend. The tensors live until the page or process ends. */
export function kernelCases(stock: StockKernels, sizes: Sizes): readonly KernelCase[] {
  const training = [...normalisation(stock, sizes), ...distance(stock, sizes), ...convolutions(stock, sizes)];
  return stock.backend === 'wasm' ? [...training, ...products(stock, sizes)] : training;
}

function distance(stock: StockKernels, { batch, tokens, depth }: Sizes): KernelCase[] {
  const [u, v] = [random(batch, tokens, depth) as Tensor3D, random(batch, tokens, depth) as Tensor3D];
  const composed = (u: Tensor, v: Tensor) => {
    const difference = tf.sub(tf.expandDims(u, 2), tf.expandDims(v, 1));
    return tf.sqrt(tf.sum(tf.square(difference), 3));
  };
  const gradients = (distances: (u: Tensor, v: Tensor) => Tensor) => last(tf.grads(distances)([u, v]));
  const own = (u: Tensor, v: Tensor) => pairwiseDistance(u as Tensor3D, v as Tensor3D);
  const shape = shapeOf(u);
  return [
    { name: 'pairwise distance', shape, own: () => own(u, v), stock: () => stock.use(() => composed(u, v)) },
    {
      name: 'pairwise distance, with gradients',
      shape,
      own: () => gradients(own),
      stock: () => stock.use(() => gradients(composed)),
    },
  ];
}

function normalisation(stock: StockKernels, { batch, side, channels }: Sizes): KernelCase[] {
  const x = random(batch, side, side, channels) as Tensor4D;
  const [gamma, beta] = [random(channels) as Tensor1D, random(channels) as Tensor1D];
  const composed = (x: Tensor4D, gamma: Tensor1D, beta: Tensor1D) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.batchNorm(x, mean as Tensor1D, variance as Tensor1D, beta, gamma, EPSILON);
  };
  const own = (x: Tensor4D, gamma: Tensor1D, beta: Tensor1D) => batchNormTraining(x, gamma, beta, EPSILON).y;
  const gradients = (normalise: typeof own) => {
    const f = (...inputs: Tensor[]) => normalise(...(inputs as [Tensor4D, Tensor1D, Tensor1D]));
    return last(tf.grads(f)([x, gamma, beta]));
  };
  const shape = shapeOf(x);
  return [
    {
      name: 'batch norm',
      shape,
      own: () => own(x, gamma, beta),
      stock: () => stock.use(() => composed(x, gamma, beta)),
    },
    {
      name: 'batch norm, with gradients',
      shape,
      own: () => gradients(own),
      stock: () => stock.use(() => gradients(composed)),
    },
  ];
}

function convolutions(stock: StockKernels, { batch, side, channels }: Sizes): KernelCase[] {
  const x = random(batch, side, side, channels) as Tensor4D;
  const filter = random(3, 3, channels, channels) as Tensor4D;
  const depthwise = random(3, 3, channels, 1) as Tensor4D;
  const point = random(1, 1, channels, 2 * channels) as Tensor4D;
  const wide = random(batch, side, side, 2 * channels) as Tensor4D;
  const strided = random(batch, side / 2, side / 2, channels) as Tensor4D;
  const dense = { dataFormat: 'NHWC', dimRoundingMode: 'floor' };
  const by = (stride: number, pad: number) => ({ strides: [stride, stride], pad, ...dense });
  const kernel = (name: string, kernelName: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap) =>
    stock.isReplaced(kernelName)
      ? [kernelCase(stock, `${name} of ${shapeOf(inputs['dy'])}`, kernelName, inputs, attrs)]
      : [];
  const forX = { inputShape: x.shape };
  const perChannel = { dilations: [1, 1], filterShape: depthwise.shape };
  return [
    ...kernel(
      'filter gradient, 3 x 3',
      tf.Conv2DBackpropFilter,
      { x, dy: x },
      { ...by(1, 1), filterShape: filter.shape },
    ),
    ...kernel(
      'filter gradient, 3 x 3 / 2',
      tf.Conv2DBackpropFilter,
      { x, dy: strided },
      { ...by(2, 1), filterShape: filter.shape },
    ),
    ...kernel(
      'filter gradient, 1 x 1',
      tf.Conv2DBackpropFilter,
      { x, dy: wide },
      { ...by(1, 0), filterShape: point.shape },
    ),
    ...kernel('input gradient, 3 x 3', tf.Conv2DBackpropInput, { dy: x, filter }, { ...by(1, 1), ...forX }),
    ...kernel('input gradient, 3 x 3 / 2', tf.Conv2DBackpropInput, { dy: strided, filter }, { ...by(2, 1), ...forX }),
    ...kernel(
      'depthwise filter gradient',
      tf.DepthwiseConv2dNativeBackpropFilter,
      { x, dy: x },
      { ...by(1, 1), ...perChannel },
    ),
    ...kernel(
      'depthwise input gradient',
      tf.DepthwiseConv2dNativeBackpropInput,
      { dy: x, filter: depthwise },
      { ...by(1, 1), dilations: [1, 1], ...forX },
    ),
  ];
}

/** WebAssembly's matrix products and the normalisation by running statistics. */
function products(stock: StockKernels, { batch, side, channels, tokens, depth }: Sizes): KernelCase[] {
  const heads = [batch, HEADS, 3 * tokens + 1, depth / HEADS];
  const [query, key] = [random(...heads), random(...heads)];
  const rows = random(batch * tokens, depth);
  const weight = random(4 * depth, depth);
  const dy = random(batch * tokens, 4 * depth);
  const x = random(batch, side, side, channels) as Tensor4D;
  const statistics = ['mean', 'variance', 'scale', 'offset'].map(
    (name) => [name, tf.square(random(channels))] as const,
  );
  const matMul = (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean) => () =>
    tf.matMul(a, b, transposeA, transposeB);
  const plain = (name: string, shape: string, run: () => Tensor): KernelCase => ({
    name,
    shape,
    own: run,
    stock: () => stock.use(run),
  });
  return [
    plain('attention, q kT', shapeOf(query), matMul(query, key, false, true)),
    plain('linear, x WT', `${shapeOf(rows)} ${shapeOf(weight)}`, matMul(rows, weight, false, true)),
    plain('linear, weight gradient', `${shapeOf(dy)} ${shapeOf(rows)}`, matMul(dy, rows, true, false)),
    kernelCase(
      stock,
      'batch norm by running statistics',
      tf.FusedBatchNorm,
      { x, ...Object.fromEntries(statistics) },
      { varianceEpsilon: EPSILON },
    ),
  ];
}

function kernelCase(
  stock: StockKernels,
  name: string,
  kernelName: string,
  inputs: Record<string, Tensor>,
  attrs: NamedAttrMap,
): KernelCase {
  const run = () => tf.engine().runKernel<Tensor>(kernelName, inputs, attrs);
  return {
    name,
    shape: shapeOf(inputs['x'] ?? inputs['filter']),
    own: run,
    stock: stock.has(kernelName) ? () => stock.use(run) : null,
  };
}

function random(...shape: number[]): Tensor {
  return tf.randomNormal(shape, 0, 1, 'float32', 1);
}

const shapeOf = (tensor: Tensor): string => tensor.shape.join(' x ');

const last = <T>(values: readonly T[]): T => values[values.length - 1];
