import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { Context, type Mode } from '../../../src/network/context.js';
import { createNetwork, type ForwardResult } from '../../../src/network/network.js';
import { createParameters } from '../../../src/network/parameters.js';
import type { Architecture } from '../../../src/weights/manifest.js';
import { largestDifference } from './numbers.js';
import * as random from './randomModel.js';

const SIZE = 32;
const BATCH = 2;
const VALUES = BATCH * SIZE * SIZE * 3;

beforeAll(async () => {
  await startNodeBackend('wasm');
});
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** One seed a branch. */
function images(seeds: readonly number[]): tf.Tensor4D {
  const branches = seeds.map((seed) => random.normalise(random.randomValues(VALUES, seed), 3));
  return tf.tensor4d(Float32Array.from(branches.flatMap((values) => [...values])), [
    seeds.length * BATCH,
    SIZE,
    SIZE,
    3,
  ]);
}

function run(
  architecture: Architecture,
  seeds: readonly number[],
  mode: Mode,
  change?: (name: string, data: Float32Array) => void,
): ForwardResult {
  const network = createNetwork(architecture, 6, SIZE);
  const arrays = random.randomArrays(network, 5);
  if (change) for (const [name, { data }] of arrays) change(name, data);
  const context = new Context(createParameters(arrays, network.parameters), { mode });
  return network.forward(context, images(seeds));
}

/** How far the logits of one branch are apart. */
function apart(first: tf.Tensor2D, second: tf.Tensor2D, branch: number): number {
  const rows = (logits: tf.Tensor2D) => tf.slice(logits, [branch * BATCH, 0], [BATCH, -1]).dataSync();
  return largestDifference(rows(first), rows(second));
}

test('statistics of each branch keep a branch’s base logits to itself, joint ones do not', () => {
  const perBranch: Architecture = { ...random.PUBLISHED, batchNorm: 'per-branch' };
  const joint: Architecture = { ...random.PUBLISHED, batchNorm: 'joint' };
  const [own, other] = [
    [1, 2, 3, 4],
    [1, 2, 5, 6],
  ];
  expect(apart(run(perBranch, own, 'training').base, run(perBranch, other, 'training').base, 0)).toBeLessThan(1e-5);
  expect(apart(run(joint, own, 'training').base, run(joint, other, 'training').base, 0)).toBeGreaterThan(1e-3);
  expect(apart(run(joint, own, 'evaluation').base, run(joint, other, 'evaluation').base, 0)).toBeLessThan(1e-5);
});

test('the cross logits of an image depend on the images beside it', () => {
  const [own, other] = [
    run(random.PUBLISHED, [1, 2, 3, 4], 'evaluation'),
    run(random.PUBLISHED, [1, 2, 5, 6], 'evaluation'),
  ];
  expect(apart(own.cross!, other.cross!, 0)).toBeGreaterThan(1e-5);
  expect(apart(own.base, other.base, 0)).toBeLessThan(1e-5);
});

test('without the residual the cross branch sees the attended tokens alone', () => {
  const silence = (name: string, data: Float32Array): void => {
    if (/^cross_attention_\d\.(norm2|mlp\.fc2)\./.test(name)) data.fill(0);
  };
  const silent = run({ ...random.PUBLISHED, residual: false }, [1, 2, 3, 4], 'evaluation', silence);
  const residual = run(random.PUBLISHED, [1, 2, 3, 4], 'evaluation', silence);
  // With no attended tokens all images look the same to it, unless the base tokens are added.
  expect(apart(silent.cross!, tf.reverse(silent.cross!, 0), 0)).toBeLessThan(1e-6);
  expect(apart(residual.cross!, tf.reverse(residual.cross!, 0), 0)).toBeGreaterThan(1e-3);
});

test('dropout rates belong to their own branch: the cross one leaves the base logits alone', () => {
  const seeds = [1, 2, 3, 4];
  for (const architecture of [random.PUBLISHED, random.COMPACT]) {
    const without = run({ ...architecture, dropout: { base: 0, cross: 0 } }, seeds, 'training');
    const cross = run({ ...architecture, dropout: { base: 0, cross: 0.5 } }, seeds, 'training');
    const base = run({ ...architecture, dropout: { base: 0.5, cross: 0 } }, seeds, 'training');
    expect(apart(without.base, cross.base, 0)).toBeLessThan(1e-5);
    expect(apart(without.cross!, cross.cross!, 0)).toBeGreaterThan(1e-3);
    expect(apart(without.base, base.base, 0)).toBeGreaterThan(1e-3);
  }
});

test('dropout after the attention’s projection is for published networks whose architecture asks for it, whatever their classes', () => {
  const trained = (architecture: typeof random.PUBLISHED, projection?: boolean) =>
    run(
      { ...architecture, dropout: { base: 0.5, cross: 0, ...(projection === undefined ? {} : { projection }) } },
      [1, 2, 3, 4],
      'training',
    ).base;
  expect(apart(trained(random.PUBLISHED, true), trained(random.PUBLISHED, false), 0)).toBeGreaterThan(1e-3);
  expect(apart(trained(random.PUBLISHED), trained(random.PUBLISHED, false), 0)).toBe(0);
  expect(apart(trained(random.COMPACT, true), trained(random.COMPACT, false), 0)).toBe(0);
});

test('the base family is the base branch of the others', () => {
  const base = run({ ...random.PUBLISHED, family: 'base' }, [1], 'evaluation');
  const qcs = run(random.PUBLISHED, [1, 2, 3, 4], 'evaluation');
  expect(base.cross).toBeNull();
  expect(base.attention).toBeNull();
  expect(apart(base.base, qcs.base, 0)).toBeLessThan(1e-5);
});

test('tokens kept from an earlier pass give the same logits as the images', () => {
  const network = createNetwork(random.COMPACT, 6, SIZE);
  const parameters = createParameters(random.randomArrays(network, 5), network.parameters);
  const context = new Context(parameters, { mode: 'evaluation' });
  const stack = images([1, 2, 3, 4]);
  const tokens = network.tokenPasses!.tokens(context, stack);
  const whole = network.forward(context, stack);
  const halves = network.tokenPasses!.forward(context, tokens);
  expect(largestDifference(halves.base.dataSync(), whole.base.dataSync())).toBeLessThan(1e-5);
  expect(largestDifference(halves.cross!.dataSync(), whole.cross!.dataSync())).toBeLessThan(1e-5);
  const alone = network.tokenPasses!.logits(context, tokens);
  expect(largestDifference(alone.dataSync(), network.logits(context, stack).dataSync())).toBeLessThan(1e-5);
});

test('a network of more values than any page can hold is refused before one of them exists', () => {
  const architecture: Architecture = { ...random.COMPACT, embedding: 4096, depth: 64 };
  expect(() => createNetwork(architecture, 8, SIZE)).toThrow(/million parameters/);
});
