/** From the outputs of a network's last layer to its classes. */
import * as tf from '@tensorflow/tfjs-core';
import type { Architecture } from '../weights/manifest.js';

export interface ClassOutputs {
  /** Rows of the last layer. */
  readonly count: number;
  /**
   * Outputs [batch, count] to logits [batch, classes]. A class that gathers several outputs has the log of the sum of their exponentials,
   * so that its probability is the sum of theirs.
   */
  gather(outputs: tf.Tensor2D): tf.Tensor2D;
}

/** The last layer of an architecture for that many classes. */
export function classOutputs({ outputsPerClass }: Architecture, classes: number): ClassOutputs {
  if (outputsPerClass === undefined) return { count: classes, gather: (outputs) => outputs };
  const gatherClass = (outputs: tf.Tensor2D): tf.Tensor2D =>
    outputs.shape[1] === 1 ? outputs : tf.logSumExp<tf.Tensor2D>(outputs, 1, true);
  return {
    count: outputsPerClass.reduce((sum, outputs) => sum + outputs, 0),
    gather: (outputs) => tf.concat(tf.split<tf.Tensor2D>(outputs, [...outputsPerClass], 1).map(gatherClass), 1),
  };
}
