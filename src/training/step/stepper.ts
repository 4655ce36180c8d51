/** The optimisation itself: parameters, Adam's state and the moving average, moved on one step at a time. Owns all its tensors. */
import * as tf from '@tensorflow/tfjs-core';
import { Context } from '../../network/context.js';
import type { ForwardResult, Network } from '../../network/network.js';
import { createParameters } from '../../network/parameters.js';
import { adamStep, createAdamState, disposeAdamState, type AdamState } from './adam.js';
import { toTensors, type ArrayGroups, type TensorGroups } from '../checkpoint.js';
import type { TrainingConfig } from '../config.js';
import { gradientPass, type PassResult, type PassSetup } from './gradientPass.js';
import { clipByGlobalNorm, disposeAll, globalNorm } from './gradients.js';
import type { TrainingInputs } from '../data/inputs.js';
import { samAscent } from './sam.js';
import type { Tuple } from '../data/sampler.js';
import { isHead, type StartingModel } from '../startingModel.js';

export interface StepResult {
  /** [kinds, branches]: base losses, then cross losses. */
  readonly losses: readonly (readonly number[])[];
  /** Balance of similarity and dissimilarity of the three levels; empty for networks without. */
  readonly theta: readonly number[];
  /** Base logits, [branches * tuples, classes] row-major, micro-batch after micro-batch. */
  readonly logits: readonly Float32Array[];
  /** Cross similarity weights of the first tuple in this step's (first) pass: branch, level, token. Null unless asked for. */
  readonly attention: readonly (readonly (readonly number[])[])[] | null;
}

export interface StepOptions {
  readonly learningRate: number;
  readonly dropoutSeed: number;
  readonly microBatch: number;
  readonly wantAttention: boolean;
  /** Sees every pass (two with SAM) before the step uses it up. The tensors stay the stepper's. */
  readonly onPass?: (pass: PassResult) => void | Promise<void>;
}

const THETA = /^cross_attention_\d+\.theta$/;

export class Stepper {
  readonly network: Network;
  private readonly parameters: Map<string, tf.Tensor>;
  private readonly average = new Map<string, tf.Tensor>();
  private adam: AdamState = createAdamState();
  private readonly trainable: readonly string[];
  private readonly matrices: ReadonlySet<string>;
  private readonly thetas: readonly string[];

  constructor(
    start: StartingModel,
    private readonly config: TrainingConfig,
  ) {
    this.network = start.network;
    this.parameters = createParameters(start.arrays, start.network.parameters);
    const headsOnly = config.mode === 'quick' || config.backboneFactor === 0;
    const trained = start.network.parameters.filter(
      ({ name, role }) => role === 'trainable' && (!headsOnly || this.network.tokenPasses === null || isHead(name)),
    );
    this.trainable = trained.map(({ name }) => name);
    this.matrices = new Set(trained.filter(({ shape }) => shape.length > 1).map(({ name }) => name));
    this.thetas = this.trainable.filter((name) => THETA.test(name));
  }

  /** Names of the parameters that move by gradients. */
  get trainableNames(): readonly string[] {
    return this.trainable;
  }

  /** The weights to measure and keep: the moving average where there is one. Borrowed: valid until the next step. */
  get weights(): ReadonlyMap<string, tf.Tensor> {
    return this.average.size === 0 ? this.parameters : new Map([...this.parameters, ...this.average]);
  }

  /** Of {@link weights}, those that training moves. */
  get movingWeights(): ReadonlyMap<string, tf.Tensor> {
    const weights = this.weights;
    return new Map(this.movingNames().map((name) => [name, weights.get(name)!]));
  }

  /** One step of SAM or plain descent. */
  async step(
    inputs: TrainingInputs,
    tuples: readonly Tuple[],
    target: PassSetup['target'],
    options: StepOptions,
  ): Promise<StepResult> {
    this.beginAverage();
    const setup = this.passSetup(inputs, target, options.microBatch);
    const first = await gradientPass(setup, this.parameters, tuples, options.dropoutSeed);
    await options.onPass?.(first);
    this.takeBuffers(first.moved);
    let { gradients } = first;
    if (this.config.sam > 0) {
      const ascended = samAscent(this.parameters, gradients, this.config.sam);
      disposeAll(gradients);
      // New dropout masks, as the second forward of the published trainer draws them.
      const second = await gradientPass(
        setup,
        new Map([...this.parameters, ...ascended]),
        tuples,
        ~options.dropoutSeed >>> 0,
      );
      disposeAll(ascended);
      await options.onPass?.(second);
      this.takeBuffers(second.moved);
      ({ gradients } = second);
      disposeOutputs(second);
    }
    this.descend(gradients, options.learningRate);
    this.moveAverage();
    return this.read(first, options.wantAttention);
  }

  /** Bytes that the forward pass of one tuple leaves on the device until the backward pass has used them. */
  async activationBytes(inputs: TrainingInputs, tuple: Tuple, target: PassSetup['target']): Promise<number> {
    const before = tf.memory().numBytes;
    let peak = 0;
    const setup = this.passSetup(inputs, target, 1);
    const forward = (context: Context, x: tf.Tensor): ForwardResult => {
      const result = setup.forward(context, x);
      peak = tf.memory().numBytes - before;
      return result;
    };
    const pass = await gradientPass({ ...setup, forward }, this.parameters, [tuple], 1);
    disposeAll(pass.gradients);
    disposeAll(pass.moved);
    disposeOutputs(pass);
    return peak;
  }

  /** All that a checkpoint holds. Borrowed. */
  groups(): TensorGroups {
    const weights = new Map(this.movingNames().map((name) => [name, this.parameters.get(name)!]));
    const { firstMoments, secondMoments } = this.adam;
    return { weights, first: firstMoments, second: secondMoments, ema: this.average };
  }

  get optimizerStep(): number {
    return this.adam.step;
  }

  /** Takes up what {@link groups} wrote. */
  restore(arrays: ArrayGroups, optimizerStep: number): void {
    for (const [name, tensor] of toTensors(arrays['weights'])) this.replace(this.parameters, name, tensor);
    disposeAdamState(this.adam);
    this.adam = {
      step: optimizerStep,
      firstMoments: toTensors(arrays['first']),
      secondMoments: toTensors(arrays['second']),
    };
    for (const [name, tensor] of toTensors(arrays['ema'])) this.replace(this.average, name, tensor);
  }

  /** Puts weights (the best so far) in place of the present ones, to be exported. */
  adopt(weights: ReadonlyMap<string, tf.Tensor>): void {
    disposeAll(this.average);
    this.average.clear();
    for (const [name, tensor] of weights) this.replace(this.parameters, name, tensor);
  }

  /** Logits of samples as they are, with the weights to be kept. */
  logits(inputs: tf.Tensor): tf.Tensor2D {
    return evaluationLogits(this.network, this.weights, inputs);
  }

  dispose(): void {
    disposeAll(this.parameters);
    disposeAll(this.average);
    disposeAdamState(this.adam);
    this.parameters.clear();
    this.average.clear();
  }

  private passSetup(inputs: TrainingInputs, target: PassSetup['target'], microBatch: number): PassSetup {
    const { network, trainable } = this;
    return {
      branches: network.branches,
      classes: network.classes,
      forward: this.forward(),
      inputs,
      target,
      trainable,
      microBatch,
    };
  }

  private forward(): (context: Context, inputs: tf.Tensor) => ForwardResult {
    const { network } = this;
    const passes = network.tokenPasses;
    if (this.config.mode === 'quick' && passes !== null) {
      return (context, tokens) => passes.forward(context, tokens as tf.Tensor3D);
    }
    if (this.config.backboneFactor === 0 && passes !== null) {
      // A frozen backbone keeps its running statistics too.
      return (context, images) => {
        const frozen = new Context(this.parameters, { mode: 'evaluation' });
        return passes.forward(context, passes.tokens(frozen, images as tf.Tensor4D));
      };
    }
    return (context, images) => network.forward(context, images as tf.Tensor4D);
  }

  private descend(raw: Map<string, tf.Tensor>, rate: number): void {
    let gradients = raw;
    if (this.config.clip > 0) {
      const norm = globalNorm(raw);
      gradients = clipByGlobalNorm(raw, norm, this.config.clip);
      norm.dispose();
      disposeAll(raw);
    }
    const { backboneFactor, weightDecay, optimizer } = this.config;
    const updated = adamStep(this.parameters, gradients, this.adam, {
      learningRate: (name) => (isHead(name) || this.network.tokenPasses === null ? rate : rate * backboneFactor),
      weightDecay: (name) => (this.matrices.has(name) ? weightDecay : 0),
      decoupled: optimizer === 'adamw',
    });
    disposeAll(gradients);
    for (const [name, tensor] of updated) this.replace(this.parameters, name, tensor);
  }

  private beginAverage(): void {
    if (this.config.ema === 0 || this.average.size > 0) return;
    for (const name of this.movingNames()) this.average.set(name, tf.clone(this.parameters.get(name)!));
  }

  /** The average counts few steps at first, so that it is not tied to where the run began. */
  private moveAverage(): void {
    const decay = Math.min(this.config.ema, (1 + this.adam.step) / (10 + this.adam.step));
    for (const [name, before] of this.average) {
      const weight = this.parameters.get(name)!;
      const next = tf.tidy(() => tf.add(tf.mul(before, decay), tf.mul(weight, 1 - decay)));
      this.replace(this.average, name, next);
    }
  }

  private movingNames(): string[] {
    const frozenStatistics = this.config.mode === 'quick' || this.config.backboneFactor === 0;
    const buffers = this.network.parameters.filter(({ role }) => role === 'buffer' && !frozenStatistics);
    return [...this.trainable, ...buffers.map(({ name }) => name)];
  }

  private takeBuffers(moved: ReadonlyMap<string, tf.Tensor>): void {
    for (const [name, tensor] of moved) this.replace(this.parameters, name, tensor);
  }

  private replace(map: Map<string, tf.Tensor>, name: string, tensor: tf.Tensor): void {
    map.get(name)?.dispose();
    map.set(name, tensor);
  }

  /** One read for all the step's figures: every read of its own would wait for the device. */
  private async read(pass: PassResult, wantAttention: boolean): Promise<StepResult> {
    const [kinds, branches] = pass.losses.shape;
    const figures = tf.tidy(() =>
      tf.concat([
        tf.reshape(pass.losses, [-1]),
        ...this.thetas.map((name) => tf.reshape(this.parameters.get(name)!, [-1])),
      ]),
    );
    const attention = wantAttention && pass.attention !== null ? pass.attention.array() : null;
    const [values, logits, maps] = await Promise.all([
      figures.data(),
      Promise.all(pass.logits.map(async (tensor) => Float32Array.from(await tensor.data()))),
      attention,
    ]);
    figures.dispose();
    disposeOutputs(pass);
    const figure = Array.from(values);
    const losses = Array.from({ length: kinds }, (_, kind) => figure.slice(kind * branches, (kind + 1) * branches));
    return { losses, theta: figure.slice(kinds * branches), logits, attention: maps };
  }
}

/** Evaluation mode from images [batch, size, size, 3] or, where they have three axes, from tokens: logits [batch, classes]. */
export function evaluationLogits(
  network: Network,
  parameters: ReadonlyMap<string, tf.Tensor>,
  inputs: tf.Tensor,
): tf.Tensor2D {
  return tf.tidy(() => {
    const context = new Context(parameters, { mode: 'evaluation' });
    return inputs.rank === 3 && network.tokenPasses !== null
      ? network.tokenPasses.logits(context, inputs as tf.Tensor3D)
      : network.logits(context, inputs as tf.Tensor4D);
  });
}

function disposeOutputs(pass: PassResult): void {
  pass.losses.dispose();
  pass.attention?.dispose();
  for (const tensor of pass.logits) tensor.dispose();
}
