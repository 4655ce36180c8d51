/** A loss and its gradients over a parameter map. */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec } from './definition.js';
import type { Parameters } from './parameters.js';

export interface LossGradients {
  readonly loss: tf.Scalar;
  /** By parameter name; parameters that the loss does not depend on are left out. The tensors belong to the caller. */
  readonly gradients: Map<string, tf.Tensor>;
}

/** The names of what gradients move. */
export function trainableNames(specs: readonly ParameterSpec[]): string[] {
  return specs.filter(({ role }) => role === 'trainable').map(({ name }) => name);
}

/**
 * Runs `loss` under the tape and differentiates it by the named parameters. What `loss` wants to keep of its intermediate tensors it must
 * `tf.keep`; a `Context` does so for the moved running statistics.
 */
export function lossGradients(parameters: Parameters, names: readonly string[], loss: () => tf.Scalar): LossGradients {
  const present = names.filter((name) => parameters.has(name));
  const tensors = present.map((name) => parameters.get(name) as tf.Tensor);
  const { value, grads } = tf.engine().gradients(loss, tensors, undefined, true);
  const gradients = new Map<string, tf.Tensor>();
  // The engine leaves out what is not on the path to the loss, whatever its type says.
  for (const [index, gradient] of (grads as (tf.Tensor | undefined | null)[]).entries()) {
    if (gradient) gradients.set(present[index], gradient);
  }
  return { loss: value, gradients };
}
