/** Arithmetic on whole sets of gradients, by parameter name. Nothing given is disposed; everything returned belongs to the caller. */
import * as tf from '@tensorflow/tfjs-core';

export type TensorMap = ReadonlyMap<string, tf.Tensor>;

/** The Euclidean norm over all gradients together, as a scalar tensor. */
export function globalNorm(gradients: TensorMap): tf.Scalar {
  return tf.tidy(() => {
    const squares = [...gradients.values()].map((gradient) => tf.sum(tf.square(gradient)));
    return tf.sqrt(tf.sum<tf.Scalar>(tf.stack(squares)));
  });
}

/** Gradients scaled down so that their norm together is at most `limit`; unchanged below it. */
export function clipByGlobalNorm(gradients: TensorMap, norm: tf.Scalar, limit: number): Map<string, tf.Tensor> {
  return mapTensors(gradients, (gradient) => tf.mul(gradient, tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6)))));
}

/** Adds `weight` times each gradient to the running sums, which are replaced (and the old ones disposed); an empty map starts the sums. */
export function accumulate(sums: Map<string, tf.Tensor>, gradients: TensorMap, weight: number): void {
  for (const [name, gradient] of gradients) {
    const before = sums.get(name);
    sums.set(
      name,
      tf.tidy(() => {
        const weighted = tf.mul(gradient, weight);
        return before === undefined ? weighted : tf.add(before, weighted);
      }),
    );
    before?.dispose();
  }
}

/** One new tensor a name; temporaries of `make` are disposed. */
export function mapTensors(
  tensors: TensorMap,
  make: (tensor: tf.Tensor, name: string) => tf.Tensor,
): Map<string, tf.Tensor> {
  const made = new Map<string, tf.Tensor>();
  for (const [name, tensor] of tensors) {
    made.set(
      name,
      tf.tidy(() => make(tensor, name)),
    );
  }
  return made;
}

/** Disposes every tensor of a map. */
export function disposeAll(tensors: TensorMap): void {
  for (const tensor of tensors.values()) tensor.dispose();
}
