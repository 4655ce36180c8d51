/**
 * The amend representation module (Shi and Zhu, arXiv:2103.10189): feature arrangement, de-albino and sharing affinity on a ResNet-18
 * feature map, in place of its average pooling.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Context } from './context.js';
import { type Definition, ONE, ZERO } from './definition.js';
import { batchNorm } from './layers.js';

/** Side of the tile that the channels of one cell are laid out to. */
const TILE = 16;
const KERNEL = 32;
const STRIDE = 8;
/** What stays of the moving average of the global mean at every step. */
const AFFINITY_DECAY = 0.9;

export interface AmendRepresentation {
  /** Length of the representation: 121 for features of 7 x 7. */
  readonly size: number;
  /** Features [batch, side, side, channels] to [batch, size]. */
  representation(context: Context, features: tf.Tensor4D): tf.Tensor2D;
}

/** `channels`, a multiple of 256, and `side`: of the feature map. */
export function amendRepresentation(
  define: Definition,
  name: string,
  channels: number,
  side: number,
): AmendRepresentation {
  const mapCount = channels / (TILE * TILE);
  const cells = (side * TILE - KERNEL) / STRIDE + 1;
  const kernel = `${name}.de_albino.weight`;
  const alpha = `${name}.alpha`;
  const affinity = `${name}.running_affinity`;
  const steps = `${name}.affinity_steps`;
  define.parameter(kernel, [1, 1, KERNEL, KERNEL], { kind: 'uniform', bound: 1 / KERNEL }, { layout: 'convolution' });
  const normalise = batchNorm(define, `${name}.bn`, mapCount);
  define.parameter(alpha, [1], ONE);
  define.parameter(affinity, [1, cells, cells], ZERO, { role: 'buffer' });
  define.parameter(steps, [], ZERO, { role: 'buffer', optional: true });

  const globalMean = (context: Context, maps: tf.Tensor4D): tf.Tensor => {
    if (!context.training) return context.buffer(affinity);
    const mean = tf.reshape(tf.mean(maps, [0, 3]), [1, cells, cells]);
    moveAverage(context, mean);
    return mean;
  };
  // The first batch's mean is taken whole: an average that starts from nothing would be too small for long.
  const moveAverage = (context: Context, mean: tf.Tensor): void => {
    const before = context.buffer(affinity);
    const count = context.buffer(steps);
    const decay = tf.mul(tf.minimum(count, 1), AFFINITY_DECAY);
    context.move(affinity, tf.add(mean, tf.mul(decay, tf.sub(before, mean))));
    context.move(steps, tf.add(count, 1));
  };

  return {
    size: cells * cells,
    representation: (context, features) => {
      const batch = features.shape[0];
      const tiled = arrangeFeatures(features);
      const single = tf.reshape<tf.Rank.R4>(tiled, [batch * mapCount, side * TILE, side * TILE, 1]);
      const weighed = tf.conv2d(single, context.kernel(kernel), STRIDE, 'valid');
      const maps = tf.transpose(tf.reshape<tf.Rank.R4>(weighed, [batch, mapCount, cells, cells]), [0, 2, 3, 1]);
      const normed = normalise(context, maps);
      const shared = tf.mul(context.parameter(alpha), globalMean(context, normed));
      return tf.reshape(tf.add(tf.mean(normed, 3), shared), [batch, cells * cells]);
    },
  };
}

/**
 * PyTorch's pixel shuffle: channel `c * 256 + 16 i + j` at (y, x) goes to map c, pixel (16 y + i, 16 x + j).
 * [batch, side, side, 256 maps] to [batch, maps, 16 side, 16 side].
 */
export function arrangeFeatures(features: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = features.shape;
  const maps = channels / (TILE * TILE);
  const split = tf.reshape(features, [batch, height, width, maps, TILE, TILE]);
  return tf.reshape(tf.transpose(split, [0, 3, 1, 4, 2, 5]), [batch, maps, height * TILE, width * TILE]);
}
