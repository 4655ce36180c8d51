import * as tf from '@tensorflow/tfjs-core';

/** The smallest or largest value of a whole tensor, as a scalar. Equal extremes share its gradient evenly, as in PyTorch. */
export function globalExtremum(x: tf.Tensor, which: 'min' | 'max'): tf.Scalar {
  const extremum = tf.customGrad((...inputs) => {
    const [input, save] = inputs as unknown as [tf.Tensor, tf.GradSaveFunc];
    const value = which === 'min' ? tf.min(input) : tf.max(input);
    save([input, value]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const hits = tf.cast(tf.equal(saved[0], saved[1]), 'float32');
      return tf.mul(hits, tf.div(dy, tf.sum(hits)));
    };
    return { value, gradFunc };
  });
  return extremum(x) as tf.Scalar;
}
