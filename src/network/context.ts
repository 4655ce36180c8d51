/** What a forward pass needs besides its input: the parameters, the mode, and a place for what training moves. */
import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../errors.js';
import type { Parameters } from './parameters.js';

/**
 * - `training`: batch statistics, which also move the running ones; dropout.
 * - `evaluation`: running statistics, no dropout.
 * - `folded`: as `evaluation`, on parameters that went through `foldParameters`.
 */
export type Mode = 'training' | 'evaluation' | 'folded';

export interface ContextOptions {
  readonly mode: Mode;
  /** Seeds the dropout masks of this pass; the same seed gives the same masks. Default 1. */
  readonly dropoutSeed?: number;
}

/**
 * One forward pass. `moved` holds the buffers (running statistics) after the pass, as new tensors that belong to the caller; the given
 * parameters are never changed, so a pass is a pure function of its arguments.
 */
export class Context {
  readonly mode: Mode;
  readonly moved = new Map<string, tf.Tensor>();
  private readonly parameters: Parameters;
  private seed: number;

  constructor(parameters: Parameters, options: ContextOptions) {
    this.parameters = parameters;
    this.mode = options.mode;
    this.seed = (options.dropoutSeed ?? 1) >>> 0;
  }

  get training(): boolean {
    return this.mode === 'training';
  }

  get folded(): boolean {
    return this.mode === 'folded';
  }

  /** @throws ModelError `model-parameters` when the map lacks the name. */
  parameter(name: string): tf.Tensor {
    const tensor = this.parameters.get(name);
    if (tensor === undefined) {
      throw new ModelError(
        'model-parameters',
        `The weights lack the parameter ${name}. Use weights of this architecture.`,
      );
    }
    return tensor;
  }

  vector(name: string): tf.Tensor1D {
    return this.parameter(name) as tf.Tensor1D;
  }

  matrix(name: string): tf.Tensor2D {
    return this.parameter(name) as tf.Tensor2D;
  }

  /** Of a convolution: [height, width, in, out], depthwise [height, width, channels, 1]. */
  kernel(name: string): tf.Tensor4D {
    return this.parameter(name) as tf.Tensor4D;
  }

  /** A running statistic as the pass so far has moved it. */
  buffer(name: string): tf.Tensor1D {
    return (this.moved.get(name) ?? this.parameter(name)) as tf.Tensor1D;
  }

  /** Notes a buffer's new value; an earlier one of this pass is disposed. */
  move(name: string, value: tf.Tensor): void {
    this.moved.get(name)?.dispose();
    this.moved.set(name, tf.keep(value));
  }

  /** Another seed for every dropout of the pass, in order; never 0, which tfjs takes for none. */
  nextDropoutSeed(): number {
    // A step of the golden ratio's bits visits every 32-bit value (Weyl sequence); the mixing makes neighbours differ in all bits.
    this.seed = (this.seed + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(this.seed ^ (this.seed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) + 1;
  }

  /** Gives back the moved buffers that nobody took. */
  dispose(): void {
    for (const tensor of this.moved.values()) tensor.dispose();
    this.moved.clear();
  }
}
