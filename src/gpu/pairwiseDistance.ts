/** Euclidean distances between every two rows, with their gradient: the attention maps of cross similarity (QCS, section 3.2). */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor3D } from '@tensorflow/tfjs-core';

/**
 * Distances `d(u, v)`, not squared.
 *
 * @param u `[batch, n, depth]`
 * @param v `[batch, m, depth]`
 * @returns `[batch, n, m]`. Where a distance is 0 its gradient is 0, as in `torch.cdist`.
 */
export function pairwiseDistance(u: Tensor3D, v: Tensor3D): Tensor3D {
  return distances(u, v);
}

const distances = tf.customGrad((...inputs) => {
  const [u, v, save] = inputs as unknown as [Tensor3D, Tensor3D, (tensors: tf.Tensor[]) => void];
  const distance = forward(u, v);
  save([u, v, distance]);
  return {
    value: distance,
    gradFunc: (dy, saved) => gradient(dy as Tensor3D, saved as [Tensor3D, Tensor3D, Tensor3D]),
  };
}) as (u: Tensor3D, v: Tensor3D) => Tensor3D;

function forward(u: Tensor3D, v: Tensor3D): Tensor3D {
  return tf.tidy(() => {
    const difference = tf.sub(tf.expandDims(u, 2), tf.expandDims(v, 1));
    return tf.sqrt(tf.sum(tf.square(difference), -1));
  });
}

/** With `w = dy / d` (0 where d is 0): `du = u * rowsums(w) - w v`, `dv = v * columnsums(w) - transpose(w) u`. */
function gradient(dy: Tensor3D, [u, v, distance]: [Tensor3D, Tensor3D, Tensor3D]): Tensor3D[] {
  const weight = tf.divNoNan(dy, distance) as Tensor3D;
  const du = tf.sub(tf.mul(u, tf.expandDims(tf.sum(weight, 2), 2)), tf.matMul(weight, v));
  const dv = tf.sub(tf.mul(v, tf.expandDims(tf.sum(weight, 1), 2)), tf.matMul(weight, u, true, false));
  return [du, dv] as Tensor3D[];
}
