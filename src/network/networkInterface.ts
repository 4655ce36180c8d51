/** What every network offers, whatever its architecture. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Architecture } from '../weights/manifest.js';
import type { Context } from './context.js';
import type { Definition, ParameterSpec } from './definition.js';

/** Images that are trained on together: one; anchor and positive; or these, negative and second negative. */
export type BranchCount = 1 | 2 | 4;

export interface ForwardResult {
  /** Logits of the base branch, [branches * batch, classes]. */
  readonly base: tf.Tensor2D;
  /** Logits of the cross branch, likewise; null for networks of one branch. */
  readonly cross: tf.Tensor2D | null;
  /** Cross similarity attention's weights, [branches, batch, levels, tokens], each image's level summing to 1; null likewise. */
  readonly attention: tf.Tensor4D | null;
}

/** The passes of a network of tokens in two halves, so that fine-tuning the heads alone can keep the tokens of its images. */
export interface TokenPasses {
  /** Normalised images [batch, size, size, 3] to tokens [batch, tokens, width]. */
  tokens(context: Context, images: tf.Tensor4D): tf.Tensor3D;
  /** Inference from there: logits [batch, classes]. */
  logits(context: Context, tokens: tf.Tensor3D): tf.Tensor2D;
  /** Training from there: tokens [branches * batch, tokens, width], stacked as in `Network.forward`. */
  forward(context: Context, tokens: tf.Tensor3D): ForwardResult;
}

export interface Network {
  readonly architecture: Architecture;
  readonly classes: number;
  /** What inference gives for an image: a logit a class, and behind them a value a muscle, where the network has the head that reads them. */
  readonly outputs: number;
  /** Side of the square input in pixels. */
  readonly size: number;
  readonly branches: BranchCount;
  /** Of the base branch, then of the training-only modules. */
  readonly parameters: readonly ParameterSpec[];
  /** The base branch's layers. */
  readonly definition: Definition;
  /** The convolution that sees the image. */
  readonly inputConvolution: string;
  /**
   * Inference: normalised images [batch, size, size, 3] through the base branch to [batch, outputs]. In folded mode the images are raw, with a
   * channel of ones (see `foldParameters`).
   */
  logits(context: Context, images: tf.Tensor4D): tf.Tensor2D;
  /**
   * Training: normalised images [branches * batch, size, size, 3], the branches stacked in the order anchor, positive, negative, second
   * negative. With `batchNorm: per-branch`, and in training mode, every branch has batch statistics of its own, in that order.
   */
  forward(context: Context, images: tf.Tensor4D): ForwardResult;
  /** Null for networks without tokens. */
  readonly tokenPasses: TokenPasses | null;
}
