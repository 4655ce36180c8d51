/** The token pyramids that are made of a backbone's levels, and what of a network goes with each. */
import * as tf from '@tensorflow/tfjs-core';
import type { Context } from './context.js';
import type { Definition } from './definition.js';
import { convolution, type ImageLayer } from './layers.js';
import type { TransformerDropout } from './transformer.js';

/** Three levels of features, from fine to coarse. */
export interface LevelMaps {
  /** The convolution that sees the image: normalisation is folded into it at inference. */
  readonly input: string;
  readonly channels: readonly [number, number, number];
  /** Normalised images [batch, side, side, 3] to the levels, with the sides that the record's token layout expects. */
  levels(context: Context, images: tf.Tensor4D): readonly [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
}

/** Normalised images to tokens [batch, 3 * tokens a level, width], level 1 first, each level row by row. */
export type TokenPyramid = (context: Context, images: tf.Tensor4D) => tf.Tensor3D;

export const LEVELS = 3;
/** Every level is brought to an image's side over 16: 7 x 7 tokens of a 112 x 112 image. */
export const TOKEN_STRIDE = 16;

/** One of the two ways in which the networks above the backbones are laid out. */
export interface TokenLayout {
  pyramid(define: Definition, backbone: LevelMaps, width: number): TokenPyramid;
  /** Where a head with a dropout rate drops out; `projection`: also after the attention's projection, in the published layout. */
  dropout(rate: number, projection?: boolean): TransformerDropout;
  /** Of the cross similarity attention's theta. */
  readonly thetaShape: readonly [] | readonly [1];
}

/** The compact networks': levels of 28, 14 and 7 pixels a side of an image of 112, and dropout on the gated class token alone. */
export const COMPACT_TOKENS: TokenLayout = {
  pyramid: compactPyramid,
  dropout: (rate) => ({ blocks: 0, projection: 0, gated: rate }),
  thetaShape: [1],
};

/** The published networks': levels of 56, 28 and 14 pixels a side of an image of 112. */
export const PUBLISHED_TOKENS: TokenLayout = {
  pyramid: publishedPyramid,
  dropout: (rate, projection = false) => ({ blocks: rate, projection: projection ? rate : 0, gated: 0 }),
  thetaShape: [],
};

function compactPyramid(define: Definition, backbone: LevelMaps, width: number): TokenPyramid {
  const [first, second, third] = backbone.channels;
  return pyramid(backbone, width, [
    [
      convolution(define, 'conv1', { inputs: first, outputs: 2 * first, kernel: 3, stride: 2 }),
      convolution(define, 'embed_1', { inputs: 2 * first, outputs: width, kernel: 3, stride: 2 }),
    ],
    [convolution(define, 'embed_2', { inputs: second, outputs: width, kernel: 3, stride: 2 })],
    [convolution(define, 'embed_3', { inputs: third, outputs: width, kernel: 1 })],
  ]);
}

function publishedPyramid(define: Definition, backbone: LevelMaps, width: number): TokenPyramid {
  const [first, second, third] = backbone.channels;
  const halve = (name: string, inputs: number, outputs: number): ImageLayer =>
    convolution(define, name, { inputs, outputs, kernel: 3, stride: 2 });
  return pyramid(backbone, width, [
    [halve('conv1', first, first), halve('embed_q.0', first, width), halve('embed_q.1', width, width)],
    [halve('conv2', second, second), halve('embed_k.0', second, width)],
    [halve('conv3', third, third), convolution(define, 'embed_v.proj', { inputs: third, outputs: width, kernel: 1 })],
  ]);
}

function pyramid(
  backbone: LevelMaps,
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
