/** A tiny QCS network over each backbone that tokens stand on, against PyTorch: files written by pytorch/write_backbones.py. */
import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { recognizeArchitecture } from '../../../src/network/checkpoint/recognizeArchitecture.js';
import { createClassifier } from '../../../src/network/classifier.js';
import { Context } from '../../../src/network/context.js';
import { createNetwork, type Network } from '../../../src/network/network.js';
import { createParameters, disposeParameters } from '../../../src/network/parameters.js';
import { BACKBONE_ENTRIES } from '../../../src/weights/architectures.js';
import type { Architecture } from '../../../src/weights/manifest.js';
import type { NamedArrays } from '../../../src/weights/namedArray.js';
import { readSafetensors } from '../../../src/weights/safetensors.js';
import { lossGradients, trainableNames } from './gradients.js';
import { largestDifference, norm } from './numbers.js';
import * as random from './randomModel.js';

const FOLDER = new URL('../../fixtures/golden/', import.meta.url);
const NAMES = readdirSync(FOLDER).flatMap((file) => /^backbone-(\w+)\.safetensors$/.exec(file)?.[1] ?? []);
const SIZE = 112;
const CLASSES = 3;
const HEADS = 2;
/** Of the plain descent between the two losses. */
const RATE = 0.01;
/** The quadruplet's, of three. */
const LABELS = [1, 1, 2, 2];
const LOGITS = 1e-4;
const LOSS = 1e-5;
const STATISTICS = 1e-4;
/** Relative, for norms above the floor. */
const GRADIENT = 2e-3;
const NORM_FLOOR = 1e-5;

interface Golden {
  readonly crops: Float32Array;
  readonly weights: NamedArrays;
  readonly network: Network;
  readonly arrays: NamedArrays;
}

/** The network is told by its weights alone. */
function golden(name: string): Golden {
  const arrays = readSafetensors(new Uint8Array(readFileSync(new URL(`backbone-${name}.safetensors`, FOLDER))));
  const weights = new Map(
    [...arrays].flatMap(([key, array]) => (key.startsWith('weight/') ? [[key.slice('weight/'.length), array]] : [])),
  );
  const { architecture } = recognizeArchitecture(weights, HEADS);
  const settings: Partial<Architecture> = { csaResidual: 'normalised', attention: 'SD', batchNorm: 'joint' };
  return {
    crops: arrays.get('crops')!.data.map((value) => value / 255),
    weights,
    network: createNetwork({ ...architecture, ...settings }, CLASSES, SIZE),
    arrays,
  };
}

function trainingLoss(network: Network, context: Context, images: tf.Tensor4D): tf.Scalar {
  const { base, cross } = network.forward(context, images);
  const targets = tf.oneHot(tf.tensor1d([...LABELS, ...LABELS], 'int32'), CLASSES);
  const logits = tf.concat([base, cross!], 0);
  return tf.neg(tf.mean<tf.Scalar>(tf.sum(tf.mul(tf.cast(targets, 'float32'), tf.logSoftmax(logits)), 1)));
}

it('every backbone that tokens stand on has its file', () => {
  const wanted = Object.entries(BACKBONE_ENTRIES).filter(([, { gives }]) => gives === 'levels');
  expect([...NAMES].sort()).toEqual(wanted.map(([name]) => name).sort());
});

beforeAll(async () => {
  await startNodeBackend('wasm');
});

it.each(NAMES)('QCS over %s gives PyTorch’s logits, plain and folded', async (name) => {
  const { crops, weights, network, arrays } = golden(name);
  const parameters = createParameters(weights, network.parameters);
  const [base, cross] = tf.tidy(() => {
    const images = tf.tensor4d(random.normalise(crops, 1), [LABELS.length, SIZE, SIZE, 3]);
    const result = network.forward(new Context(parameters, { mode: 'evaluation' }), images);
    return [result.base, result.cross!].map((logits) => logits.dataSync<'float32'>());
  });
  disposeParameters(parameters);
  expect(largestDifference(base, arrays.get('base')!.data)).toBeLessThan(LOGITS);
  expect(largestDifference(cross, arrays.get('cross')!.data)).toBeLessThan(LOGITS);
  const input = { size: SIZE, colour: 'luma', resizeTo: SIZE, centreCrop: SIZE } as const;
  const classifier = await createClassifier(random.manifestOf(network.architecture, CLASSES, input), weights);
  const folded = await classifier.logits(crops, LABELS.length);
  classifier.dispose();
  expect(largestDifference(folded, arrays.get('base')!.data)).toBeLessThan(LOGITS);
});

it.each(NAMES)(
  'QCS over %s trains as in PyTorch: every gradient, every statistic, and the loss after a step',
  async (name) => {
    const { crops, weights, network, arrays } = golden(name);
    const parameters = createParameters(weights, network.parameters);
    const images = tf.tensor4d(random.normalise(crops, 1), [LABELS.length, SIZE, SIZE, 3]);
    const context = new Context(parameters, { mode: 'training' });
    const names = trainableNames(network.parameters);
    const { loss, gradients } = lossGradients(parameters, names, () => trainingLoss(network, context, images));
    const [first, second] = arrays.get('losses')!.data;
    expect(Math.abs((await loss.data())[0] - first)).toBeLessThan(LOSS);
    const unlike: string[] = [];
    for (const key of names) {
      const wanted = arrays.get(`gradient/${key}`)!.data[0];
      const actual = norm(await (gradients.get(key) ?? tf.scalar(0)).data());
      if (wanted > NORM_FLOOR && !(Math.abs(actual - wanted) < GRADIENT * wanted))
        unlike.push(`${key}: ${actual}, not ${wanted}`);
    }
    expect(unlike).toEqual([]);
    expect(context.moved.size).toBeGreaterThan(0);
    for (const [key, moved] of context.moved) {
      expect(largestDifference(await moved.data(), arrays.get(`moved/${key}`)!.data), key).toBeLessThan(STATISTICS);
    }
    const stepped = new Map(parameters);
    for (const [key, gradient] of gradients) stepped.set(key, tf.sub(parameters.get(key)!, tf.mul(gradient, RATE)));
    const after = tf.tidy(
      () => trainingLoss(network, new Context(stepped, { mode: 'training' }), images).dataSync()[0],
    );
    expect(Math.abs(after - second)).toBeLessThan(LOSS);
  },
);
