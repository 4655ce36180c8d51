/** Sharpness-aware minimisation (Foret et al., 2021), not adaptive: the ascent to the worst point nearby. */
import * as tf from '@tensorflow/tfjs-core';
import { globalNorm, type TensorMap } from './gradients.js';

export const SAM_RHO = 0.05;
const NORM_FLOOR = 1e-12;

/**
 * The parameters moved to `w + rho * g / (||g|| + 1e-12)`, the norm taken over all gradients together. Holds new tensors for the names
 * that have a gradient, and only those; the given parameters stay, so that going back to `w` is exact.
 */
export function samAscent(parameters: TensorMap, gradients: TensorMap, rho: number = SAM_RHO): Map<string, tf.Tensor> {
  const scale = tf.tidy(() => tf.div(rho, tf.add(globalNorm(gradients), NORM_FLOOR)));
  const moved = new Map<string, tf.Tensor>();
  for (const [name, gradient] of gradients) {
    const parameter = parameters.get(name);
    if (parameter === undefined) continue;
    moved.set(
      name,
      tf.tidy(() => tf.add(parameter, tf.mul(gradient, scale))),
    );
  }
  scale.dispose();
  return moved;
}
