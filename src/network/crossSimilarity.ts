/**
 * Cross similarity attention (QCS, section 3.2): weighs an image's tokens by what it shares with another image of its class and by what
 * tells it from an image of another class.
 */
import * as tf from '@tensorflow/tfjs-core';
import { pairwiseDistance } from '../gpu/pairwiseDistance.js';
import type { CrossAttention } from '../weights/manifest.js';
import type { Context } from './context.js';
import { type Definition, ZERO } from './definition.js';
import { globalExtremum } from './extremum.js';
import { layerNorm, linear } from './layers.js';
import { perceptron } from './transformer.js';

export interface CrossSimilarityOptions {
  readonly width: number;
  /** Anchor and positive; or these, negative and second negative. */
  readonly branches: 2 | 4;
  /** Two branches know no dissimilar pair: for them `SD` and `D` mean `S`. */
  readonly attention: CrossAttention;
  /** What the weighed values are added to: the normalised tokens or the raw ones (pre-norm). */
  readonly residual: 'normalised' | 'raw';
  /** One number: a scalar in published files, a vector of length 1 in the compact network's. */
  readonly thetaShape: readonly [] | readonly [1];
}

export interface RefinedTokens {
  /** [branches * batch, tokens, width] */
  readonly tokens: tf.Tensor3D;
  /** How much each token weighs in its image, summing to 1: [branches * batch, tokens]. */
  readonly weights: tf.Tensor2D;
}

/** Tokens of one level, [branches * batch, tokens, width] with the branches stacked in order, to refined ones. */
export type CrossSimilarity = (context: Context, tokens: tf.Tensor3D) => RefinedTokens;

const NORM_EPSILON = 1e-5;
/** Below it a norm counts as it: squared, PyTorch's 1e-12. */
const SQUARED_NORM_FLOOR = 1e-24;
/** Pairs of one class, and pairs of two classes. Together they close the loop 1-2-4-3-1. */
const SIMILAR_PAIRS = [
  [0, 1],
  [2, 3],
] as const;
const DISSIMILAR_PAIRS = [
  [0, 2],
  [1, 3],
] as const;

export function crossSimilarity(define: Definition, name: string, options: CrossSimilarityOptions): CrossSimilarity {
  const { width, branches, residual } = options;
  const attention = branches === 2 && options.attention !== 'dot' ? 'S' : options.attention;
  const theta = `${name}.theta`;
  if (branches === 4) define.parameter(theta, options.thetaShape, ZERO);
  const norm1 = layerNorm(define, `${name}.norm1`, width, NORM_EPSILON);
  const norm2 = layerNorm(define, `${name}.norm2`, width, NORM_EPSILON);
  const project = linear(define, `${name}.proj`, width, 2 * width);
  const mlp = perceptron(define, `${name}.mlp`, width, 0);
  const pairs = SIMILAR_PAIRS.slice(0, branches / 2);

  /** Softmax over an image's tokens of how similar they are to its partner's and how unlike the other class's. */
  const similarityWeights = (context: Context, keys: readonly tf.Tensor3D[]): tf.Tensor2D => {
    const scores: tf.Tensor2D[][] = keys.map(() => []);
    const add = (pair: readonly [number, number], scored: tf.Tensor3D, factor?: tf.Tensor): void => {
      const [own, partner] = [tokenScores(scored, 'first'), tokenScores(scored, 'second')];
      scores[pair[0]].push(factor === undefined ? own : tf.mul(own, factor));
      scores[pair[1]].push(factor === undefined ? partner : tf.mul(partner, factor));
    };
    if (attention !== 'D') {
      for (const pair of pairs) {
        const distances = aboveMinimum(pairwiseDistance(keys[pair[0]], keys[pair[1]]));
        add(pair, tf.sub(globalExtremum(distances, 'max'), distances));
      }
    }
    if (attention !== 'S') {
      const balance = tf.add(1, tf.tanh(context.parameter(theta)));
      for (const pair of DISSIMILAR_PAIRS) {
        add(pair, aboveMinimum(pairwiseDistance(keys[pair[0]], keys[pair[1]])), balance);
      }
    }
    return tf.softmax(
      tf.concat(
        scores.map((parts) => parts.reduce((sum, part) => tf.add(sum, part))),
        0,
      ),
    );
  };

  return (context, x) => {
    const y = norm1(context, x);
    const [keys, values] = tf.split<tf.Tensor3D>(project(context, y), 2, 2);
    let weights: tf.Tensor2D;
    let attended: tf.Tensor3D;
    if (attention === 'dot') {
      [attended, weights] = dotProductAttention(keys, values, branches);
    } else {
      weights = similarityWeights(context, tf.split<tf.Tensor3D>(keys, branches, 0));
      attended = tf.mul(values, tf.expandDims(weights, 2));
    }
    if (residual === 'raw') {
      const z = tf.add<tf.Tensor3D>(x, attended);
      return { tokens: tf.add(z, mlp(context, norm2(context, z))), weights };
    }
    const z = norm2(context, tf.add<tf.Tensor3D>(y, attended));
    return { tokens: tf.add(z, mlp(context, z)), weights };
  };
}

function aboveMinimum(distances: tf.Tensor3D): tf.Tensor3D {
  return tf.sub(distances, globalExtremum(distances, 'min'));
}

/**
 * Scores of token pairs [batch, first, second] to scores of one image's tokens, [batch, tokens]: every column, a token of the other image,
 * is brought to unit length over this image's tokens, and then the columns are summed.
 */
function tokenScores(scores: tf.Tensor3D, image: 'first' | 'second'): tf.Tensor2D {
  const [own, other] = image === 'first' ? [1, 2] : [2, 1];
  const length = tf.sqrt(tf.maximum(tf.sum(tf.square(scores), own, true), SQUARED_NORM_FLOOR));
  return tf.sum(tf.div(scores, length), other);
}

/**
 * The paper's comparison: ordinary attention from every image to its partner. The second result is what a token gets on average from
 * its partner's tokens.
 */
function dotProductAttention(
  keys: tf.Tensor3D,
  values: tf.Tensor3D,
  branches: 2 | 4,
): readonly [tf.Tensor3D, tf.Tensor2D] {
  const scale = 1 / Math.sqrt(keys.shape[2]);
  const scores = tf.mul<tf.Tensor3D>(tf.matMul(keys, swapPartners(keys, branches), false, true), scale);
  const weights = tf.softmax(scores);
  return [tf.matMul(weights, swapPartners(values, branches)), swapPartners(tf.mean(weights, 1), branches)];
}

/** Exchanges branch 1 with 2, and 3 with 4. */
function swapPartners<T extends tf.Tensor>(x: T, branches: 2 | 4): T {
  const parts = tf.split<T>(x, branches, 0);
  return tf.concat(
    parts.map((_, index) => parts[index ^ 1]),
    0,
  );
}
