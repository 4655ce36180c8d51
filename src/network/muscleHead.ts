/** The head that reads muscles from the tokens behind the first block: every token narrowed alike, then two layers over all of them. */
import * as tf from '@tensorflow/tfjs-core';
import type { MusclesSpec } from '../weights/manifest.js';
import { MUSCLES } from '../weights/muscles.js';
import type { Context } from './context.js';
import type { Definition } from './definition.js';
import { linear } from './layers.js';

/** Tokens [batch, tokens, width] to [batch, outputs] in 0..1. */
export type MuscleHead = (context: Context, tokens: tf.Tensor3D) => tf.Tensor2D;

/** @param shape tokens and their width */
export function muscleHead(
  define: Definition,
  [tokens, width]: readonly [number, number],
  { narrow, hidden, outputs }: MusclesSpec,
): MuscleHead {
  const reduce = linear(define, `${MUSCLES}.reduce`, width, narrow);
  const join = linear(define, `${MUSCLES}.hidden`, tokens * narrow, hidden);
  const answer = linear(define, `${MUSCLES}.output`, hidden, outputs.length);
  return (context, x) => {
    const narrowed = tf.reshape<tf.Rank.R2>(reduce(context, x), [x.shape[0], tokens * narrow]);
    return tf.sigmoid(answer(context, tf.relu(join(context, narrowed))));
  };
}
