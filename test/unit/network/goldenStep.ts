/** One published training step (a first pass, SAM's second pass, Adam) against its golden numbers. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { Context } from '../../../src/network/context.js';
import type { Network } from '../../../src/network/network.js';
import { createParameters, disposeParameters, type Parameters } from '../../../src/network/parameters.js';
import { adamStep, createAdamState, disposeAdamState } from '../../../src/training/step/adam.js';
import { disposeAll } from '../../../src/training/step/gradients.js';
import { samAscent } from '../../../src/training/step/sam.js';
import type { NamedArrays } from '../../../src/weights/namedArray.js';
import * as golden from './golden.js';
import { largestDifference, norm, sum } from './numbers.js';
import { lossGradients, trainableNames } from './gradients.js';

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

interface Pass {
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, tf.Tensor>;
  readonly moved: ReadonlyMap<string, tf.Tensor>;
  readonly base: tf.Tensor2D;
  readonly cross: tf.Tensor2D;
}

async function trainingPass(
  network: Network,
  parameters: Parameters,
  images: tf.Tensor4D,
  arrays: NamedArrays,
  branches: readonly golden.Branch[],
): Promise<Pass> {
  const context = new Context(parameters, { mode: 'training' });
  const kept: tf.Tensor2D[] = [];
  const { loss, gradients } = lossGradients(parameters, trainableNames(network.parameters), () => {
    const { base, cross } = network.forward(context, images);
    kept.push(tf.keep(base), tf.keep(cross!));
    return golden.goldenLoss(base, cross!, arrays, branches);
  });
  const [value] = await loss.data();
  loss.dispose();
  return { loss: value, gradients, moved: context.moved, base: kept[0], cross: kept[1] };
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

/** Runs the step on the current backend. */
export async function expectGoldenStep(name: golden.GoldenName): Promise<void> {
  const arrays = await golden.goldenArrays(name);
  const scalars = await golden.goldenScalars(name);
  const branches = golden.branchesOf(name);
  const network = golden.tinyNetwork(name);
  const before = tf.memory().numTensors;
  const parameters = createParameters(await golden.goldenCheckpoint(name), network.parameters);
  const images = golden.goldenImages(arrays, branches);

  const first = await trainingPass(network, parameters, images, arrays, branches);
  for (const [index, { short }] of branches.entries()) {
    for (const part of ['base', 'cross'] as const) {
      const logits = await golden.branchLogits(first[part], index, branches.length);
      const expected = arrays.get(`train_${part}_${short}`)!.data;
      expect(largestDifference(logits, expected), `${part} ${short}`).toBeLessThan(LOGITS);
    }
  }
  expect(Math.abs(first.loss - scalars.loss_first) / scalars.loss_first).toBeLessThan(LOSS);
  await expectNorms(first.gradients, scalars.grad_norm, GRADIENT_NORM);
  for (const [key, { data }] of arrays) {
    if (!key.startsWith('grad/')) continue;
    const gradient = first.gradients.get(key.slice('grad/'.length))!;
    const inFileOrder = gradient.rank === 4 ? tf.transpose(gradient, [3, 2, 0, 1]) : tf.clone(gradient);
    const difference = largestDifference(await inFileOrder.data(), data);
    inFileOrder.dispose();
    expect(difference, key).toBeLessThan(WHOLE_GRADIENT * norm(data));
  }

  const ascended = samAscent(parameters, first.gradients);
  const second = await trainingPass(
    network,
    new Map([...parameters, ...first.moved, ...ascended]),
    images,
    arrays,
    branches,
  );
  expect(Math.abs(second.loss - scalars.loss_second) / scalars.loss_second).toBeLessThan(SECOND_LOSS);
  await expectNorms(second.gradients, scalars.grad_norm_second, SECOND_GRADIENT_NORM);

  const adam = createAdamState();
  const updated = adamStep(parameters, second.gradients, adam, { learningRate: LEARNING_RATE });
  for (const [key, expected] of Object.entries(scalars.param_sum_after_step)) {
    const parameter = (updated.get(key) ?? parameters.get(key))!;
    const difference = Math.abs(sum(await parameter.data()) - expected);
    expect(difference, `sum of ${key}`).toBeLessThan(PARAMETER_SUM * LEARNING_RATE * parameter.size);
  }
  for (const [key, expected] of Object.entries(scalars.batchnorm_after_step)) {
    if (key.includes('output_layer')) continue;
    const actual = sum(await second.moved.get(key)!.data());
    expect(Math.abs(actual - expected), key).toBeLessThan(BATCH_NORM * Math.abs(expected));
  }

  for (const map of [first.gradients, first.moved, second.gradients, second.moved, ascended, updated]) disposeAll(map);
  disposeAdamState(adam);
  disposeParameters(parameters);
  tf.dispose([images, first.base, first.cross, second.base, second.cross]);
  expect(tf.memory().numTensors).toBe(before);
}
