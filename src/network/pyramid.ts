/** Backbones' feature levels and the token pyramids made of them. */
import * as tf from '@tensorflow/tfjs-core';
import type { Context } from './context.js';
import type { Definition } from './definition.js';
import { convolution, type ImageLayer } from './layers.js';

export interface Backbone {
  /** The convolution that sees the image: normalisation is folded into it at inference. */
  readonly input: string;
  readonly levelChannels: readonly [number, number, number];
  /** Normalised images [batch, side, side, 3] to three levels, fine to coarse. */
  levels(context: Context, images: tf.Tensor4D): readonly [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
}

/** Normalised images to tokens [batch, 3 * tokens a level, width], level 1 first, each level row by row. */
export type TokenPyramid = (context: Context, images: tf.Tensor4D) => tf.Tensor3D;

export const LEVELS = 3;
/** Every level is brought to an image's side over 16: 7 x 7 tokens of a 112 x 112 image. */
export const TOKEN_STRIDE = 16;

/** The compact network's pyramid on levels of 28, 14 and 7 pixels a side. */
export function compactPyramid(define: Definition, backbone: Backbone, width: number): TokenPyramid {
  const [first, second, third] = backbone.levelChannels;
  return pyramid(backbone, width, [
    [
      convolution(define, 'conv1', { inputs: first, outputs: 2 * first, kernel: 3, stride: 2 }),
      convolution(define, 'embed_1', { inputs: 2 * first, outputs: width, kernel: 3, stride: 2 }),
    ],
    [convolution(define, 'embed_2', { inputs: second, outputs: width, kernel: 3, stride: 2 })],
    [convolution(define, 'embed_3', { inputs: third, outputs: width, kernel: 1 })],
  ]);
}

/** The published networks' pyramid on levels of 56, 28 and 14 pixels a side. Newer files call `embed_q`, `embed_k`, `embed_v` otherwise. */
export function publishedPyramid(define: Definition, backbone: Backbone, width: number): TokenPyramid {
  const [first, second, third] = backbone.levelChannels;
  const halve = (name: string, inputs: number, outputs: number, alias?: string): ImageLayer =>
    convolution(define, name, { inputs, outputs, kernel: 3, stride: 2, ...(alias === undefined ? {} : { alias }) });
  return pyramid(backbone, width, [
    [
      halve('conv1', first, first),
      halve('embed_q.0', first, width, 'embed_1.0'),
      halve('embed_q.1', width, width, 'embed_1.1'),
    ],
    [halve('conv2', second, second), halve('embed_k.0', second, width, 'embed_2.0')],
    [
      halve('conv3', third, third),
      convolution(define, 'embed_v.proj', { inputs: third, outputs: width, kernel: 1, alias: 'embed_3.proj' }),
    ],
  ]);
}

function pyramid(
  backbone: Backbone,
  width: number,
  chains: readonly [readonly ImageLayer[], readonly ImageLayer[], readonly ImageLayer[]],
): TokenPyramid {
  return (context, images) => {
    const levels = backbone.levels(context, images);
    const tokens = chains.map((chain, level) => {
      const map = chain.reduce((x, layer) => layer(context, x), levels[level]);
      return tf.reshape<tf.Rank.R3>(map, [map.shape[0], -1, width]);
    });
    return tf.concat(tokens, 1);
  };
}
