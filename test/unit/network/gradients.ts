/** A loss and its gradients over a parameter map. */
import '../../../src/gpu/gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec } from '../../../src/network/definition.js';
import type { Parameters } from '../../../src/network/parameters.js';

export interface LossGradients {
  readonly loss: tf.Scalar;
  /** By parameter name; parameters that the loss does not depend on are left out. */
  readonly gradients: Map<string, tf.Tensor>;
}

export function trainableNames(specs: readonly ParameterSpec[]): string[] {
  return specs.filter(({ role }) => role === 'trainable').map(({ name }) => name);
}

export function lossGradients(parameters: Parameters, names: readonly string[], loss: () => tf.Scalar): LossGradients {
  const tensors = names.map((name) => parameters.get(name)!);
  const { value, grads } = tf.engine().gradients(loss, tensors, undefined, true);
  const gradients = new Map<string, tf.Tensor>();
  for (const [index, gradient] of (grads as (tf.Tensor | undefined | null)[]).entries()) {
    if (gradient) gradients.set(names[index], gradient);
  }
  return { loss: value, gradients };
}
