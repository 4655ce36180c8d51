/** Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019) over plain tensors, with PyTorch's order of operations. */
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, type TensorMap } from './gradients.js';

export interface AdamOptions {
  /** One rate for all, or a rate by parameter name (parameter groups). */
  readonly learningRate: number | ((name: string) => number);
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** 0 for none. */
  readonly weightDecay?: number | ((name: string) => number);
  /** True shrinks the weights themselves (AdamW); false adds the decay to the gradient (Adam). */
  readonly decoupled?: boolean;
}

/** Running averages of gradients and of their squares, by parameter name, and how many steps made them. */
export interface AdamState {
  step: number;
  readonly firstMoments: Map<string, tf.Tensor>;
  readonly secondMoments: Map<string, tf.Tensor>;
}

export function createAdamState(): AdamState {
  return { step: 0, firstMoments: new Map(), secondMoments: new Map() };
}

export function disposeAdamState(state: AdamState): void {
  disposeAll(state.firstMoments);
  disposeAll(state.secondMoments);
  state.firstMoments.clear();
  state.secondMoments.clear();
}

/**
 * One step. Returns new tensors for the names that have a gradient, and only those; the given parameters and gradients stay. The state
 * is moved on in place, and its former tensors are disposed.
 */
export function adamStep(
  parameters: TensorMap,
  gradients: TensorMap,
  state: AdamState,
  options: AdamOptions,
): Map<string, tf.Tensor> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decoupled = false } = options;
  state.step += 1;
  const correction1 = 1 - beta1 ** state.step;
  const correction2 = Math.sqrt(1 - beta2 ** state.step);
  const updated = new Map<string, tf.Tensor>();
  for (const [name, raw] of gradients) {
    const parameter = parameters.get(name);
    if (parameter === undefined) continue;
    const rate = byName(options.learningRate, name);
    const decay = byName(options.weightDecay ?? 0, name);
    const before1 = state.firstMoments.get(name);
    const before2 = state.secondMoments.get(name);
    const [next, moment1, moment2] = tf.tidy((): [tf.Tensor, tf.Tensor, tf.Tensor] => {
      const gradient = decay !== 0 && !decoupled ? tf.add(raw, tf.mul(parameter, decay)) : raw;
      const fresh1 = tf.mul(gradient, 1 - beta1);
      const fresh2 = tf.mul(tf.square(gradient), 1 - beta2);
      const moment1 = before1 === undefined ? fresh1 : tf.add(tf.mul(before1, beta1), fresh1);
      const moment2 = before2 === undefined ? fresh2 : tf.add(tf.mul(before2, beta2), fresh2);
      const start = decay !== 0 && decoupled ? tf.mul(parameter, 1 - rate * decay) : parameter;
      const denominator = tf.add(tf.div(tf.sqrt(moment2), correction2), epsilon);
      const change = tf.mul(tf.div(moment1, denominator), rate / correction1);
      return [tf.sub(start, change), moment1, moment2];
    });
    before1?.dispose();
    before2?.dispose();
    state.firstMoments.set(name, moment1);
    state.secondMoments.set(name, moment2);
    updated.set(name, next);
  }
  return updated;
}

function byName(value: number | ((name: string) => number), name: string): number {
  return typeof value === 'number' ? value : value(name);
}
