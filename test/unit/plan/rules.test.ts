import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { gelu } from '../../../src/network/layers.js';
import { fuse, RULES } from '../../../src/plan/fuse/fuse.js';
import type { Graph } from '../../../src/plan/graph.js';
import { executeReference } from '../../../src/plan/reference/execute.js';
import { trace } from '../../../src/plan/trace/trace.js';
import { largestDifference } from '../network/numbers.js';
import { randomValues } from '../network/randomModel.js';

/** A constant, the same for the same shape. */
const fixed = (...shape: number[]) =>
  tf.tensor(
    randomValues(
      shape.reduce((a, b) => a * b, 1),
      41,
    ),
    shape,
  );
const weight = (inputs: number, outputs: number) => fixed(inputs, outputs) as tf.Tensor2D;
const matMul = (x: tf.Tensor, outputs = 3): tf.Tensor2D => tf.matMul(x, weight(x.shape.at(-1)!, outputs));
const conv = (x: tf.Tensor, kernel = 3, outputs = 3) =>
  tf.conv2d(x as tf.Tensor4D, fixed(kernel, kernel, x.shape[3]!, outputs) as tf.Tensor4D, 1, kernel === 1 ? 0 : 1);

function normalised(x: tf.Tensor): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const unit = tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-6)));
  return tf.add(tf.mul(unit, fixed(x.shape.at(-1)!)), fixed(x.shape.at(-1)!));
}

const HEADS = 2;
const byHead = (x: tf.Tensor) =>
  tf.transpose(tf.reshape(x, [1, x.shape[1]!, HEADS, x.shape[2]! / HEADS]), [0, 2, 1, 3]);
function attended(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor): tf.Tensor {
  const weights = tf.softmax(tf.matMul(byHead(query), byHead(key), false, true));
  return tf.reshape(tf.transpose(tf.matMul(weights, byHead(value)), [0, 2, 1, 3]), query.shape);
}

const PRODUCT = 'a product by a constant matrix is a product of rows';
const ATTENTION = 'attention is one node';

interface Case {
  readonly rule: string;
  readonly input: readonly number[];
  readonly forward: (x: tf.Tensor) => tf.Tensor;
  /** Rules that must have been before. */
  readonly after?: readonly string[];
  /** Kinds of the nodes that are left. */
  readonly gives: readonly string[];
}

const CASES: readonly Case[] = [
  {
    rule: 'a reshape to the same shape is nothing',
    input: [2, 3],
    forward: (x) => tf.relu(tf.reshape(x, [2, 3])),
    gives: ['unary'],
  },
  {
    rule: 'a reshape of a reshape is one',
    input: [2, 6],
    forward: (x) => tf.reshape(tf.reshape(x, [3, 4]), [12]),
    gives: ['reshape'],
  },
  {
    rule: 'a product reads rows however they are grouped',
    input: [2, 3, 4],
    forward: (x) => matMul(tf.reshape(x, [6, 4])),
    after: [PRODUCT],
    gives: ['product', 'reshape'],
  },
  {
    rule: 'a function of single values does not care for their shape',
    input: [2, 6],
    forward: (x) => tf.relu(tf.reshape(x, [12])),
    gives: ['unary', 'reshape'],
  },
  {
    rule: 'a sum with a constant does not care for the shape of its rows',
    input: [2, 3, 4],
    forward: (x) => tf.add(tf.add(tf.reshape(x, [6, 4]), fixed(4)), fixed(6, 4)),
    gives: ['binary', 'binary', 'reshape'],
  },
  {
    rule: 'a concatenation within a concatenation along the same axis is one',
    input: [2, 3],
    forward: (x) => tf.concat([x, tf.concat([tf.relu(x), tf.square(x)], 1)], 1),
    gives: ['unary', 'unary', 'concatenate'],
  },
  {
    rule: 'a constant is added to the parts of a concatenation, each by itself',
    input: [1, 3, 4],
    forward: (x) => tf.add(tf.concat([tf.square(x), tf.relu(x)], 1), fixed(1, 6, 4)),
    gives: ['unary', 'unary', 'binary', 'binary', 'concatenate'],
  },
  { rule: PRODUCT, input: [5, 4], forward: (x) => matMul(x), gives: ['product'] },
  {
    rule: 'a convolution of single pixels is a product of rows',
    input: [1, 3, 3, 4],
    forward: (x) => conv(x, 1),
    gives: ['product'],
  },
  {
    rule: 'a batch normalisation by constants is a convolution of single pixels and channels',
    input: [1, 2, 2, 4],
    forward: (x) => tf.batchNorm(x, fixed(4), fixed(4), fixed(4), fixed(4)),
    gives: ['convolution', 'reshape'],
  },
  ...(['product', 'convolution'] as const).flatMap((kind): Case[] => {
    const input = kind === 'product' ? [5, 4] : [1, 4, 4, 2];
    const sums = (x: tf.Tensor): tf.Tensor => (kind === 'product' ? matMul(x, x.shape[1]) : conv(x, 3, 2));
    const channels = kind === 'product' ? 4 : 2;
    return [
      {
        rule: `the bias of a ${kind} is part of it`,
        input,
        forward: (x) => tf.add(fixed(channels), sums(x)),
        after: [PRODUCT],
        gives: [kind],
      },
      {
        rule: `the activation of a ${kind} is part of it`,
        input,
        forward: (x) => tf.sigmoid(sums(x)),
        after: [PRODUCT],
        gives: [kind],
      },
      {
        rule: `the PReLU of a ${kind} is part of it`,
        input,
        forward: (x) => tf.prelu(sums(tf.sub(x, 0.5)), fixed(channels)),
        after: [PRODUCT],
        gives: ['binary', kind],
      },
      {
        rule: `what is added to a ${kind} is its residual`,
        input,
        forward: (x) => tf.add(x, sums(x)),
        after: [PRODUCT],
        gives: [kind],
      },
    ];
  }),
  { rule: 'GELU is one function', input: [3, 4], forward: (x) => gelu(tf.sub(x, 0.5)), gives: ['binary', 'unary'] },
  { rule: 'layer normalisation is one node', input: [2, 3, 8], forward: normalised, gives: ['layerNorm'] },
  {
    rule: ATTENTION,
    input: [1, 5, 8],
    forward: (x) => attended(tf.square(x), x, tf.relu(x)),
    gives: ['unary', 'unary', 'attention', 'reshape'],
  },
  {
    rule: 'products of the same rows that attention reads are one',
    input: [1, 5, 8],
    forward: (x) => {
      const project = (seed: number) =>
        tf.fused.matMul({
          a: tf.reshape(x, [5, 8]),
          b: tf.mul(weight(8, 8), seed),
          bias: fixed(8),
        });
      const [q, k, v] = [1, 2, 3].map((seed) => tf.reshape(project(seed), [1, 5, 8])) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      return attended(q, k, v);
    },
    after: RULES.map(({ name }) => name).filter((name) => !name.startsWith('products of the same')),
    gives: ['product', 'slice', 'slice', 'slice', 'attention'],
  },
];

const kindsOf = ({ nodes }: Graph) => nodes.map(({ operation }) => operation.kind);
const rulesNamed = (names: readonly string[]) => RULES.filter(({ name }) => names.includes(name));

function same(before: Graph, after: Graph, input: readonly number[]): void {
  const values = randomValues(
    input.reduce((a, b) => a * b, 1),
    42,
  );
  expect(largestDifference(executeReference(after, values), executeReference(before, values))).toBeLessThan(1e-5);
}

beforeAll(async () => {
  await startNodeBackend('cpu');
});

describe('rules', () => {
  it('have each an example here', () => {
    expect(CASES.map(({ rule }) => rule)).toEqual(RULES.map(({ name }) => name));
  });

  it.each(CASES)('$rule', ({ rule, input, forward, after = [], gives }) => {
    const before = fuse(trace(input, forward), rulesNamed(after));
    const fused = fuse(before, rulesNamed([rule]));
    expect(kindsOf(fused)).toEqual(gives);
    expect(kindsOf(before)).not.toEqual(gives);
    same(before, fused, input);
  });

  it.each<readonly [string, Omit<Case, 'rule'>]>([
    [
      'what something else reads too',
      {
        input: [3, 4],
        forward: (x) => {
          const sums = matMul(x, 4);
          return tf.mul(tf.relu(sums), sums);
        },
        gives: ['product', 'unary', 'binary'],
      },
    ],
    [
      'a bias of another width',
      { input: [3, 4], forward: (x) => tf.add(matMul(x, 1), fixed(5)), gives: ['product', 'binary'] },
    ],
    [
      'a bias for each row',
      { input: [4, 4], forward: (x) => tf.add(matMul(x, 4), fixed(4, 1)), gives: ['product', 'binary'] },
    ],
    [
      'an activation after a residual, which comes last',
      { input: [4, 4], forward: (x) => tf.sigmoid(tf.add(matMul(x, 4), x)), gives: ['product', 'unary'] },
    ],
    [
      'a residual of a depthwise convolution',
      {
        input: [1, 4, 4, 2],
        forward: (x) => tf.add(tf.depthwiseConv2d(x as tf.Tensor4D, fixed(3, 3, 2, 1) as tf.Tensor4D, 1, 1), x),
        gives: ['convolution', 'binary'],
      },
    ],
    [
      'a normalisation along another axis',
      {
        input: [4, 4],
        forward: (x) => {
          const centred = tf.sub(x, tf.mean(x, 0, true));
          const variance = tf.mean(tf.square(centred), 0, true);
          return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-6))), fixed(4)), fixed(4));
        },
        gives: ['reduce', 'binary', 'unary', 'reduce', 'binary', 'unary', 'binary', 'binary', 'binary'],
      },
    ],
    [
      'halves of one value and the error function of another',
      {
        input: [4],
        forward: (x) => {
          const half = tf.mul(x, 0.5);
          return tf.add(half, tf.mul(half, tf.erf(tf.mul(tf.square(x), Math.SQRT1_2))));
        },
        gives: ['binary', 'unary', 'binary', 'unary', 'binary', 'binary'],
      },
    ],
    [
      'a half that is none',
      {
        input: [4],
        forward: (x) => {
          const third = tf.mul(x, 0.3);
          return tf.add(third, tf.mul(third, tf.erf(tf.mul(x, Math.SQRT1_2))));
        },
        gives: ['binary', 'binary', 'unary', 'binary', 'binary'],
      },
    ],
  ])('leave alone %s', (_, { input, forward, gives }) => {
    const traced = trace(input, forward);
    const fused = fuse(traced);
    expect(kindsOf(fused)).toEqual(gives);
    same(traced, fused, input);
  });
});

describe('fusing', () => {
  it('computes constants beforehand and drops what nobody reads', () => {
    const traced = trace([2], (x) => {
      tf.exp(x);
      return tf.mul(x, tf.add(tf.tile(fixed(1), [2]), 1));
    });
    const fused = fuse(traced, []);
    expect(kindsOf(fused)).toEqual(['binary']);
    same(traced, fused, [2]);
  });
});
