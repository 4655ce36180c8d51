/** Losses of the network's outputs. */
import * as tf from '@tensorflow/tfjs-core';
import type { ForwardResult } from '../../network/network.js';

/**
 * Cross-entropy of logits [rows, classes] against probabilities [rows, classes], which one-hot rows are too.
 * @returns [rows]
 */
export function crossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Tensor1D {
  return tf.neg(tf.sum<tf.Tensor1D>(tf.mul(targets, tf.logSoftmax(logits)), 1));
}

/**
 * The losses of every branch, [kinds, branches]: base logits first, cross logits second where there are any. The total loss of training is their
 * plain mean (8 for a quadruplet), as in the published trainer.
 * @param targets [branches * batch, classes]: the class of each branch's own images
 */
export function branchLosses(result: ForwardResult, targets: tf.Tensor2D, branches: number): tf.Tensor2D {
  const byBranch = (logits: tf.Tensor2D): tf.Tensor1D =>
    tf.mean<tf.Tensor1D>(tf.reshape(crossEntropy(logits, targets), [branches, -1]), 1);
  const kinds = result.cross === null ? [byBranch(result.base)] : [byBranch(result.base), byBranch(result.cross)];
  return tf.stack(kinds) as tf.Tensor2D;
}
