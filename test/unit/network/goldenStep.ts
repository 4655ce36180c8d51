/** One published training step (a first pass, SAM's second pass, Adam), taken by the trainer's own stepper, against its golden numbers. */
import '../../../src/gpu/gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Network } from '../../../src/network/network.js';
import { completeConfig, type TrainingConfig } from '../../../src/training/config.js';
import type { TrainingInputs } from '../../../src/training/data/inputs.js';
import type { Tuple } from '../../../src/training/data/sampler.js';
import type { PassResult } from '../../../src/training/step/gradientPass.js';
import { Stepper } from '../../../src/training/step/stepper.js';
import type { NamedArrays } from '../../../src/weights/namedArray.js';
import * as golden from './golden.js';
import { largestDifference, norm, sum } from './numbers.js';

const LEARNING_RATE = 3.5e-6;
const LOGITS = 1e-3;
const LOSS = 1e-5;
const GRADIENT_NORM = 5e-3;
/** A float64 run of the published code is up to 1.6e-3 away in norm; single values of a gradient vary a little more. */
const WHOLE_GRADIENT = 5e-3;
const SECOND_LOSS = 1e-4;
const SECOND_GRADIENT_NORM = 2e-2;
const BATCH_NORM = 1e-4;
/** Of the learning rate, for every value of a parameter. */
const PARAMETER_SUM = 0.05;
/** Smaller norms are rounding. */
const NORM_FLOOR = 1e-6;

/** The published optimiser: SAM on Adam, and nothing else. */
function publishedConfig({ architecture, classes }: Network): TrainingConfig {
  return completeConfig({
    classes: Array.from({ length: classes }, (_, label) => `class ${label}`),
    family: architecture.family,
    mode: 'full',
    optimizer: 'adam',
    sam: 0.05,
    backboneFactor: 1,
    weightDecay: 0,
    clip: 0,
    ema: 0,
    dropout: { base: 0, cross: 0 },
  });
}

/** The golden images stand for a training set: every draw is the image of its number. */
class FixedInputs implements TrainingInputs {
  constructor(private readonly images: tf.Tensor4D) {}

  async batch(draws: Parameters<TrainingInputs['batch']>[0]): Promise<tf.Tensor> {
    return tf.gather(
      this.images,
      draws.map(({ index }) => index),
    );
  }

  async plain(): Promise<tf.Tensor> {
    return tf.clone(this.images);
  }

  dispose(): void {
    this.images.dispose();
  }
}

/** Anchor i, positive i, ... of the images, which are stacked by branch. */
function fixedTuples(images: number, branches: number): Tuple[] {
  const size = images / branches;
  return Array.from({ length: size }, (_, place) =>
    Array.from({ length: branches }, (_, branch) => ({ index: branch * size + place, seed: 0 })),
  );
}

/** The network, with a copy of every forward pass's cross logits put aside. */
function recorded(network: Network, cross: tf.Tensor2D[]): Network {
  return {
    ...network,
    forward: (context, images) => {
      const result = network.forward(context, images);
      cross.push(tf.keep(tf.clone(result.cross!)));
      return result;
    },
  };
}

async function expectLogits(
  logits: tf.Tensor2D,
  part: 'base' | 'cross',
  arrays: NamedArrays,
  branches: readonly golden.Branch[],
): Promise<void> {
  for (const [index, { short }] of branches.entries()) {
    const values = await golden.branchLogits(logits, index, branches.length);
    const expected = arrays.get(`train_${part}_${short}`)!.data;
    expect(largestDifference(values, expected), `${part} ${short}`).toBeLessThan(LOGITS);
  }
}

async function expectNorms(
  gradients: ReadonlyMap<string, tf.Tensor>,
  expected: Readonly<Record<string, number>>,
  tolerance: number,
): Promise<void> {
  for (const [name, wanted] of Object.entries(expected)) {
    if (wanted <= NORM_FLOOR) continue;
    const gradient = gradients.get(name);
    expect(gradient, name).toBeDefined();
    const actual = norm(await gradient!.data());
    expect(Math.abs(actual - wanted) / wanted, `gradient norm of ${name}`).toBeLessThan(tolerance);
  }
}

async function expectWholeGradients(gradients: ReadonlyMap<string, tf.Tensor>, arrays: NamedArrays): Promise<void> {
  for (const [key, { data }] of arrays) {
    if (!key.startsWith('grad/')) continue;
    const gradient = gradients.get(key.slice('grad/'.length))!;
    const inFileOrder = gradient.rank === 4 ? tf.transpose(gradient, [3, 2, 0, 1]) : tf.clone(gradient);
    const difference = largestDifference(await inFileOrder.data(), data);
    inFileOrder.dispose();
    expect(difference, key).toBeLessThan(WHOLE_GRADIENT * norm(data));
  }
}

async function passLoss(pass: PassResult): Promise<number> {
  const losses = await pass.losses.data();
  return sum(losses) / losses.length;
}

/** Runs the step on the current backend. */
export async function expectGoldenStep(name: golden.GoldenName): Promise<void> {
  const arrays = await golden.goldenArrays(name);
  const scalars = await golden.goldenScalars(name);
  const branches = golden.branchesOf(name);
  const before = tf.memory().numTensors;
  const cross: tf.Tensor2D[] = [];
  const network = recorded(golden.tinyNetwork(name), cross);
  const config = publishedConfig(network);
  const start = {
    network,
    classes: Object.keys(config.classes),
    arrays: new Map(await golden.goldenCheckpoint(name)),
    fresh: [],
    comparable: true,
  };
  const stepper = new Stepper(start, config);
  const images = golden.goldenImages(arrays, branches);
  const inputs = new FixedInputs(images);
  const tuples = fixedTuples(images.shape[0], branches.length);
  const targets = golden.oneHotLabels(arrays, branches, network.classes);

  let passes = 0;
  const onPass = async (pass: PassResult): Promise<void> => {
    passes += 1;
    if (passes === 1) {
      await expectLogits(pass.logits[0], 'base', arrays, branches);
      await expectLogits(cross[0], 'cross', arrays, branches);
      expect(Math.abs((await passLoss(pass)) - scalars.loss_first) / scalars.loss_first).toBeLessThan(LOSS);
      await expectNorms(pass.gradients, scalars.grad_norm, GRADIENT_NORM);
      await expectWholeGradients(pass.gradients, arrays);
    } else {
      expect(Math.abs((await passLoss(pass)) - scalars.loss_second) / scalars.loss_second).toBeLessThan(SECOND_LOSS);
      await expectNorms(pass.gradients, scalars.grad_norm_second, SECOND_GRADIENT_NORM);
    }
  };
  await stepper.step(inputs, tuples, (index) => targets[index], {
    learningRate: LEARNING_RATE,
    dropoutSeed: 1,
    microBatch: tuples.length,
    wantAttention: false,
    onPass,
  });
  expect(passes).toBe(2);

  for (const [key, expected] of Object.entries(scalars.param_sum_after_step)) {
    const parameter = stepper.weights.get(key)!;
    const difference = Math.abs(sum(await parameter.data()) - expected);
    expect(difference, `sum of ${key}`).toBeLessThan(PARAMETER_SUM * LEARNING_RATE * parameter.size);
  }
  for (const [key, expected] of Object.entries(scalars.batchnorm_after_step)) {
    if (key.includes('output_layer')) continue;
    const actual = sum(await stepper.weights.get(key)!.data());
    expect(Math.abs(actual - expected), key).toBeLessThan(BATCH_NORM * Math.abs(expected));
  }

  tf.dispose(cross);
  inputs.dispose();
  stepper.dispose();
  expect(tf.memory().numTensors).toBe(before);
}
