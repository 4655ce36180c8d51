/** One training pass and one classification of small random networks, to be the same on every backend. */
import * as tf from '@tensorflow/tfjs-core';
import { amendRepresentation } from '../../../src/network/arm.js';
import { createClassifier } from '../../../src/network/classifier.js';
import { Context } from '../../../src/network/context.js';
import { Definition } from '../../../src/network/definition.js';
import { initialArrays } from '../../../src/network/initialise.js';
import { createNetwork, type Network } from '../../../src/network/network.js';
import { createParameters, disposeParameters } from '../../../src/network/parameters.js';
import type { Architecture } from '../../../src/weights/manifest.js';
import { largestDifference, norm } from './numbers.js';
import { lossGradients, trainableNames } from './gradients.js';
import * as random from './randomModel.js';

/** What a backend computed, by a name that says what it is. */
export type Outcome = ReadonlyMap<string, Float32Array>;

const CLASSES = 5;
const BATCH = 2;

/** Small enough for plain JavaScript. */
export const SMALL_CASES: Readonly<Record<string, () => Promise<Outcome>>> = {
  'published QCS, statistics of each branch, dropout': () =>
    networkOutcome({ ...random.PUBLISHED, dropout: { base: 0.1, cross: 0.3 } }, 32),
  'published DCS, scaled dot products, no residual': () =>
    networkOutcome({ ...random.PUBLISHED, family: 'dcs', attention: 'dot', residual: false, csaResidual: 'raw' }, 32),
  'amend representation module': amendedOutcome,
};

/** These would take plain JavaScript a minute each. */
export const LARGE_CASES: Readonly<Record<string, () => Promise<Outcome>>> = {
  'compact DCS, joint statistics, dropout': () =>
    networkOutcome({ ...random.COMPACT, family: 'dcs', dropout: { base: 0.2, cross: 0.2 } }, 32),
  'plain ResNet-18': () => networkOutcome(random.RESIDUAL, 64),
};

/** Runs on the current backend and leaves no tensor there. */
async function networkOutcome(architecture: Architecture, size: number): Promise<Outcome> {
  const network = createNetwork(architecture, CLASSES, size);
  const arrays = random.randomArrays(network, 21);
  const outcome = await trainingOutcome(network, createParameters(arrays, network.parameters));
  const classifier = await createClassifier(random.manifestOf(architecture, CLASSES, { size }), arrays);
  outcome.set('classifier', await classifier.logits(random.randomValues(BATCH * size * size, 22), BATCH));
  classifier.dispose();
  return outcome;
}

async function trainingOutcome(
  network: Network,
  parameters: Map<string, tf.Tensor>,
): Promise<Map<string, Float32Array>> {
  const { size } = network;
  const rows = network.branches * BATCH;
  const values = random.normalise(random.randomValues(rows * size * size * 3, 23), 3);
  const images = tf.tensor4d(values, [rows, size, size, 3]);
  const targets = tf.tidy(() => tf.softmax(tf.tensor2d(random.randomValues(rows * CLASSES, 24), [rows, CLASSES])));
  const context = new Context(parameters, { mode: 'training', dropoutSeed: 3 });
  const kept = new Map<string, tf.Tensor>();
  const { loss, gradients } = lossGradients(parameters, trainableNames(network.parameters), () => {
    const { base, cross, attention } = network.forward(context, images);
    for (const [name, tensor] of Object.entries({ base, cross, attention })) {
      if (tensor !== null) kept.set(name, tf.keep(tensor));
    }
    const entropies = [base, cross].map((logits) =>
      logits === null ? tf.scalar(0) : tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), 1))),
    );
    return tf.add<tf.Scalar>(entropies[0], entropies[1]);
  });
  const outcome = new Map([['loss', await read(loss)]]);
  for (const [prefix, tensors] of Object.entries({ '': kept, 'gradient of ': gradients, 'moved ': context.moved })) {
    for (const [name, tensor] of tensors) {
      outcome.set(`${prefix}${name}`, await read(tensor));
    }
  }
  disposeParameters(parameters);
  tf.dispose([images, targets]);
  return outcome;
}

/** The amend representation module alone, on random features of 7 x 7. */
async function amendedOutcome(): Promise<Outcome> {
  const define = new Definition('base');
  const arm = amendRepresentation(define, 'arm', 7);
  const parameters = createParameters(initialArrays(define.parameters, 31), define.parameters);
  const features = tf.tensor4d(random.randomValues(BATCH * 49 * 512, 32), [BATCH, 7, 7, 512]);
  const weights = tf.tensor2d(random.randomValues(BATCH * arm.size, 33), [BATCH, arm.size]);
  const context = new Context(parameters, { mode: 'training' });
  const withFeatures = new Map([...parameters, ['features', features]]);
  const names = [...trainableNames(define.parameters), 'features'];
  const { loss, gradients } = lossGradients(withFeatures, names, () =>
    tf.sum(tf.mul(weights, arm.representation(context, features))),
  );
  const outcome = new Map([['loss', await read(loss)]]);
  for (const [name, tensor] of [...gradients, ...context.moved]) outcome.set(name, await read(tensor));
  disposeParameters(parameters);
  tf.dispose([features, weights]);
  return outcome;
}

/** Its values; the tensor is disposed. */
async function read(tensor: tf.Tensor): Promise<Float32Array> {
  const values = Float32Array.from(await tensor.data());
  tensor.dispose();
  return values;
}

/** The name of the first value that is further away than `tolerance` times the length of what it belongs to, or null. */
export function firstDifference(actual: Outcome, expected: Outcome, tolerance: number): string | null {
  const names = new Set([...actual.keys(), ...expected.keys()]);
  for (const name of names) {
    const [values, wanted] = [actual.get(name), expected.get(name)];
    if (values === undefined || wanted === undefined) return `${name} is missing`;
    const difference = largestDifference(values, wanted);
    // A gradient that is zero but for rounding has no length to measure by.
    const limit = tolerance * Math.max(norm(wanted), 1e-3);
    if (!(difference <= limit)) return `${name}: ${difference} away, ${limit} allowed`;
  }
  return null;
}
