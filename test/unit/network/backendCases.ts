/** One training pass and one classification of small random networks, to be the same on every backend. */
import * as tf from '@tensorflow/tfjs-core';
import { amendRepresentation } from '../../../src/network/arm.js';
import { createClassifier } from '../../../src/network/classifier.js';
import { type BackboneRecord, BACKBONES } from '../../../src/network/backbones/index.js';
import { Context } from '../../../src/network/context.js';
import { Definition } from '../../../src/network/definition.js';
import { initialArrays } from '../../../src/network/initialise.js';
import { everySecondPixel, maxPool3x3 } from '../../../src/network/layers.js';
import { createNetwork, type Network } from '../../../src/network/network.js';
import { createParameters, disposeParameters } from '../../../src/network/parameters.js';
import { type Backbone, BACKBONE_ENTRIES, type BackboneEntry } from '../../../src/weights/architectures.js';
import type { Architecture } from '../../../src/weights/manifest.js';
import type { NamedArrays } from '../../../src/weights/namedArray.js';
import { norm } from './numbers.js';
import { lossGradients, trainableNames } from './gradients.js';
import * as random from './randomModel.js';

/** What a backend computed, by a name that says what it is. */
export type Outcome = ReadonlyMap<string, Float32Array>;

const GRADIENT = 'gradient of ';
const CLASSES = 5;
const BATCH = 2;

const FEW_CHANNELS = [
  { channels: 4, units: 1 },
  { channels: 8, units: 2 },
  { channels: 12, units: 1 },
];
const COMPACT_BACKBONES = (Object.entries(BACKBONE_ENTRIES) as [Backbone, BackboneEntry][]).filter(([name]) => {
  const record: BackboneRecord = BACKBONES[name];
  return record.gives === 'levels' && !record.published;
});

/** Small enough for plain JavaScript. */
export const SMALL_CASES: Readonly<Record<string, () => Promise<Outcome>>> = {
  'published QCS, statistics of each branch, dropout': () =>
    networkOutcome({ ...random.PUBLISHED, dropout: { base: 0.1, cross: 0.3 } }, 32),
  'published DCS, scaled dot products, no residual, classes of several outputs': () =>
    networkOutcome(
      {
        ...random.PUBLISHED,
        family: 'dcs',
        attention: 'dot',
        residual: false,
        csaResidual: 'raw',
        outputsPerClass: [2, 1, 1, 3, 1],
      },
      32,
    ),
  ...Object.fromEntries(
    COMPACT_BACKBONES.map(([name, { sized }]) => [
      `compact QCS on ${name}, of a few channels`,
      () =>
        networkOutcome({ ...random.COMPACT, backbone: name, stem: 4, ...(sized ? { stages: FEW_CHANNELS } : {}) }, 32),
    ]),
  ),
  'amend representation module': amendedOutcome,
  'pooling of ResNet-18': poolingOutcome,
};

/** These would take plain JavaScript a minute each. */
export const LARGE_CASES: Readonly<Record<string, () => Promise<Outcome>>> = {
  'compact DCS, joint statistics, dropout': () =>
    networkOutcome({ ...random.COMPACT, family: 'dcs', dropout: { base: 0.2, cross: 0.2 } }, 32),
  'plain ResNet-18, classifying only': () => {
    const network = createNetwork(random.RESIDUAL, CLASSES, 64);
    return classifierOutcome(network, random.randomArrays(network, 21));
  },
};

/** Runs on the current backend and leaves no tensor there. */
async function networkOutcome(architecture: Architecture, size: number): Promise<Outcome> {
  const network = createNetwork(architecture, CLASSES, size);
  const arrays = random.randomArrays(network, 21);
  const outcome = await trainingOutcome(network, createParameters(arrays, network.parameters));
  for (const [name, values] of await classifierOutcome(network, arrays)) outcome.set(name, values);
  return outcome;
}

async function classifierOutcome(network: Network, arrays: NamedArrays): Promise<Map<string, Float32Array>> {
  const { architecture, size } = network;
  const classifier = await createClassifier(random.manifestOf(architecture, CLASSES, { size }), arrays);
  const logits = await classifier.logits(random.randomValues(BATCH * size * size, 22), BATCH);
  classifier.dispose();
  return new Map([['classifier', logits]]);
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
  for (const [prefix, tensors] of Object.entries({ '': kept, [GRADIENT]: gradients, 'moved ': context.moved })) {
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
  const arm = amendRepresentation(define, 'arm', 512, 7);
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
  for (const [name, tensor] of gradients) outcome.set(`${GRADIENT}${name}`, await read(tensor));
  for (const [name, tensor] of context.moved) outcome.set(name, await read(tensor));
  disposeParameters(parameters);
  tf.dispose([features, weights]);
  return outcome;
}

async function poolingOutcome(): Promise<Outcome> {
  const map = tf.tensor4d(random.randomValues(BATCH * 8 * 12 * 3, 41), [BATCH, 8, 12, 3]);
  const weights = tf.tensor4d(random.randomValues(BATCH * 4 * 6 * 3, 42), [BATCH, 4, 6, 3]);
  const context = new Context(new Map(), { mode: 'training' });
  const { loss, gradients } = lossGradients(new Map([['map', map]]), ['map'], () =>
    tf.sum(tf.mul(weights, tf.add(maxPool3x3(context, map), everySecondPixel(map)))),
  );
  const outcome = new Map([
    ['loss', await read(loss)],
    [`${GRADIENT}map`, await read(gradients.get('map')!)],
  ]);
  tf.dispose([map, weights]);
  return outcome;
}

/** Its values; the tensor is disposed. */
async function read(tensor: tf.Tensor): Promise<Float32Array> {
  const values = Float32Array.from(await tensor.data());
  tensor.dispose();
  return values;
}

/** Relative to the length of what is compared. */
const TOLERANCE = 1e-3;
/** A ReLU at its kink takes the other side for a rounding, and small maps have few values to even that out. */
const GRADIENT_TOLERANCE = 2e-2;
/** A gradient that is zero but for rounding has no length to measure by. */
const SHORTEST = 1e-3;

/** Says which outcome differs too much and by how much, or null. */
export function firstDifference(actual: Outcome, expected: Outcome): string | null {
  for (const name of new Set([...actual.keys(), ...expected.keys()])) {
    const [values, wanted] = [actual.get(name), expected.get(name)];
    if (values === undefined || wanted === undefined) return `${name} is missing`;
    if (values.length !== wanted.length) return `${name} has ${values.length} values, not ${wanted.length}`;
    const distance = norm(values.map((value, index) => value - wanted[index]));
    const tolerance = name.startsWith(GRADIENT) ? GRADIENT_TOLERANCE : TOLERANCE;
    const allowed = tolerance * Math.max(norm(wanted), SHORTEST);
    if (!(distance <= allowed)) return `${name}: ${distance} away, ${allowed} allowed`;
  }
  return null;
}
