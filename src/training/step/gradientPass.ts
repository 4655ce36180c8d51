/** One forward and backward pass over a step's tuples, in micro-batches whose gradients add up. */
import * as tf from '@tensorflow/tfjs-core';
import { Context } from '../../network/context.js';
import type { BranchCount, ForwardResult } from '../../network/network.js';
import { accumulate, type TensorMap } from './gradients.js';
import type { TrainingInputs } from '../data/inputs.js';
import { branchLosses } from './losses.js';
import type { Draw, Tuple } from '../data/sampler.js';

export interface PassSetup {
  readonly branches: BranchCount;
  readonly classes: number;
  readonly forward: (context: Context, inputs: tf.Tensor) => ForwardResult;
  readonly inputs: TrainingInputs;
  /** Probabilities by class of a training sample. */
  readonly target: (index: number) => Float32Array;
  /** Names of the parameters that get gradients. */
  readonly trainable: readonly string[];
  readonly microBatch: number;
}

/** Tensors belong to the caller. */
export interface PassResult {
  readonly gradients: Map<string, tf.Tensor>;
  /** [kinds, branches], see {@link branchLosses}: means over the whole step. */
  readonly losses: tf.Tensor2D;
  /** Buffers (running statistics) as the pass left them. */
  readonly moved: Map<string, tf.Tensor>;
  /** Base logits of every micro-batch, [branches * its tuples, classes]. */
  readonly logits: readonly tf.Tensor2D[];
  /** Cross similarity weights of the step's first tuple, [branches, levels, tokens]; null where the network has none. */
  readonly attention: tf.Tensor3D | null;
}

/**
 * @param dropoutSeed the same seed gives the same dropout masks
 */
export async function gradientPass(
  setup: PassSetup,
  parameters: TensorMap,
  tuples: readonly Tuple[],
  dropoutSeed: number,
): Promise<PassResult> {
  const gradients = new Map<string, tf.Tensor>();
  const moved = new Map<string, tf.Tensor>();
  const logits: tf.Tensor2D[] = [];
  let losses: tf.Tensor2D | null = null;
  let attention: tf.Tensor3D | null = null;
  for (let start = 0; start < tuples.length; start += setup.microBatch) {
    const chunk = tuples.slice(start, start + setup.microBatch);
    const inputs = await setup.inputs.batch(byBranch(chunk, setup.branches));
    const current = moved.size === 0 ? parameters : new Map([...parameters, ...moved]);
    const part = microPass(setup, current, inputs, chunk, dropoutSeed + start);
    inputs.dispose();
    const weight = chunk.length / tuples.length;
    accumulate(gradients, part.gradients, weight);
    for (const tensor of part.gradients.values()) tensor.dispose();
    const before: tf.Tensor2D | null = losses;
    losses = tf.tidy(() => {
      const weighted = tf.mul<tf.Tensor2D>(part.losses, weight);
      return before === null ? weighted : tf.add<tf.Tensor2D>(before, weighted);
    });
    before?.dispose();
    part.losses.dispose();
    for (const [name, tensor] of part.moved) {
      moved.get(name)?.dispose();
      moved.set(name, tensor);
    }
    logits.push(part.logits);
    if (start === 0) attention = part.attention;
    else part.attention?.dispose();
  }
  if (losses === null) throw new RangeError('A step needs at least one tuple');
  return { gradients, losses, moved, logits, attention };
}

interface MicroResult {
  readonly gradients: Map<string, tf.Tensor>;
  readonly losses: tf.Tensor2D;
  readonly logits: tf.Tensor2D;
  readonly attention: tf.Tensor3D | null;
  readonly moved: ReadonlyMap<string, tf.Tensor>;
}

function microPass(
  setup: PassSetup,
  parameters: TensorMap,
  inputs: tf.Tensor,
  tuples: readonly Tuple[],
  dropoutSeed: number,
): MicroResult {
  const names = setup.trainable.filter((name) => parameters.has(name));
  const tensors = names.map((name) => parameters.get(name)!);
  const targets = targetTensor(setup, tuples);
  const context = new Context(parameters, { mode: 'training', dropoutSeed });
  const kept: { losses?: tf.Tensor2D; logits?: tf.Tensor2D; attention?: tf.Tensor3D } = {};
  const { value, grads } = tf.engine().gradients(
    () => {
      const result = setup.forward(context, inputs);
      const losses = branchLosses(result, targets, setup.branches);
      kept.losses = tf.keep(losses);
      kept.logits = tf.keep(result.base);
      if (result.attention !== null) kept.attention = tf.keep(firstTuple(result.attention));
      return tf.mean<tf.Scalar>(losses);
    },
    tensors,
    undefined,
    true,
  );
  value.dispose();
  targets.dispose();
  const gradients = new Map<string, tf.Tensor>();
  for (const [index, gradient] of (grads as (tf.Tensor | undefined)[]).entries()) {
    if (gradient !== undefined && gradient !== null) gradients.set(names[index], gradient);
  }
  return {
    gradients,
    losses: kept.losses!,
    logits: kept.logits!,
    attention: kept.attention ?? null,
    moved: context.moved,
  };
}

/** [branches, batch, levels, tokens] to the first tuple's [branches, levels, tokens]. */
function firstTuple(attention: tf.Tensor4D): tf.Tensor3D {
  const [branches, , levels, tokens] = attention.shape;
  return tf.reshape(tf.slice(attention, [0, 0, 0, 0], [branches, 1, levels, tokens]), [branches, levels, tokens]);
}

/** The draws in the order that the network stacks them: all anchors, all positives, all negatives, all second negatives. */
function byBranch(tuples: readonly Tuple[], branches: BranchCount): Draw[] {
  return Array.from({ length: branches }, (_, branch) => tuples.map((tuple) => tuple[branch])).flat();
}

function targetTensor(setup: PassSetup, tuples: readonly Tuple[]): tf.Tensor2D {
  const draws = byBranch(tuples, setup.branches);
  const values = new Float32Array(draws.length * setup.classes);
  for (const [row, { index }] of draws.entries()) values.set(setup.target(index), row * setup.classes);
  return tf.tensor2d(values, [draws.length, setup.classes]);
}
