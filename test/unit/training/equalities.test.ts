import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import { createNetwork } from '../../../src/network/network.js';
import { createParameters } from '../../../src/network/parameters.js';
import { chosenBatchSize, type TrainingConfig, type TrainingOptions } from '../../../src/training/config.js';
import { exportModel } from '../../../src/training/exportModel.js';
import { ImageInputs } from '../../../src/training/data/inputs.js';
import { TupleSampler } from '../../../src/training/data/sampler.js';
import { startingModel } from '../../../src/training/startingModel.js';
import { evaluationLogits, Stepper } from '../../../src/training/step/stepper.js';
import { TokenCache } from '../../../src/training/data/tokenCache.js';
import { Trainer } from '../../../src/training/trainer.js';
import { loadModelFromFiles } from '../../../src/weights/loadModel.js';
import { patchSplits, TINY, tinyConfig, tinyModel } from './tiny.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const SAMPLES = patchSplits(3, 1);
const STILL: Partial<TrainingOptions> = { sam: 0, ema: 0, clip: 0, dropout: { base: 0, cross: 0 } };

async function weightsAfter(
  config: TrainingConfig,
  options: { microBatch?: number; steps?: number } = {},
): Promise<Map<string, Float32Array>> {
  const model = tinyModel({ ...TINY, family: config.family });
  const start = startingModel(model.manifest, model.arrays, config);
  const stepper = new Stepper(start, config);
  const { input } = model.manifest;
  const { augmentation } = config;
  const inputs =
    config.mode === 'full'
      ? new ImageInputs(SAMPLES, input, augmentation)
      : await TokenCache.create({
          network: start.network,
          arrays: start.arrays,
          samples: SAMPLES,
          input,
          augmentation,
          storage: null,
        });
  const labels = SAMPLES.train.map(({ label }) => label);
  const { branches } = start.network;
  const sampler = new TupleSampler(labels, 3, config.sampler, branches, chosenBatchSize(config, branches), config.seed);
  for (let step = 0; step < (options.steps ?? 1); step++) {
    await stepper.step(inputs, sampler.step(step), (index) => SAMPLES.train[index].target, {
      learningRate: 1e-3,
      dropoutSeed: 5,
      microBatch: options.microBatch ?? chosenBatchSize(config, branches),
      wantAttention: false,
    });
  }
  const weights = new Map<string, Float32Array>();
  for (const name of stepper.trainableNames) {
    weights.set(name, Float32Array.from(await stepper.weights.get(name)!.data()));
  }
  stepper.dispose();
  return weights;
}

function largestDifference(
  first: ReadonlyMap<string, Float32Array>,
  second: ReadonlyMap<string, Float32Array>,
): number {
  expect([...first.keys()]).toEqual([...second.keys()]);
  let largest = 0;
  for (const [name, values] of first) {
    for (const [index, value] of values.entries())
      largest = Math.max(largest, Math.abs(value - second.get(name)![index]));
  }
  return largest;
}

function meanDifference(first: ReadonlyMap<string, Float32Array>, second: ReadonlyMap<string, Float32Array>): number {
  let [sum, count] = [0, 0];
  for (const [name, values] of first) {
    for (const [index, value] of values.entries()) sum += Math.abs(value - second.get(name)![index]);
    count += values.length;
  }
  return sum / count;
}

test('gradients accumulated over micro-batches equal those of the large batch (base branch, frozen statistics)', async () => {
  // Plain gradient arithmetic shows best without Adam's division: its epsilon drowns where gradients are tiny.
  const config = tinyConfig({ ...STILL, mode: 'full', family: 'base', backboneFactor: 0, batchSize: 6 });
  const whole = await weightsAfter(config);
  const parts = await weightsAfter(config, { microBatch: 2 });
  expect(largestDifference(whole, parts)).toBeLessThan(2e-4);
  const start = tinyModel({ ...TINY, family: 'base' }).arrays;
  const moved = [...whole].filter(([name, values]) =>
    values.some((value, index) => value !== start.get(name)!.data[index]),
  );
  expect(moved.length).toBeGreaterThan(10);
});

test('quick mode equals full mode with a frozen backbone, but for the half precision of its tokens', async () => {
  const flipOnly = tinyConfig().augmentation;
  const quick = await weightsAfter(tinyConfig({ ...STILL, batchSize: 2, augmentation: flipOnly }), { steps: 2 });
  const full = tinyConfig({
    ...STILL,
    mode: 'full',
    backboneFactor: 0,
    batchSize: 2,
    weightDecay: 0.02,
    augmentation: flipOnly,
  });
  const frozen = await weightsAfter(full, { steps: 2 });
  const start = tinyModel().arrays;
  const began = new Map([...quick.keys()].map((name) => [name, start.get(name)!.data]));
  // Adam steps alike for tiny and large gradients, so that rounding decides where a gradient is all but zero: the mean tells.
  expect(meanDifference(quick, frozen)).toBeLessThan(0.02 * meanDifference(quick, began));
});

test('tokens that memory cannot hold are read back from storage, the same', async () => {
  const model = tinyModel();
  const config = tinyConfig();
  const { network, arrays } = startingModel(model.manifest, model.arrays, config);
  const setup = { network, arrays, samples: SAMPLES, input: model.manifest.input, augmentation: config.augmentation };
  const inMemory = await TokenCache.create({ ...setup, storage: null });
  const stored = await TokenCache.create({ ...setup, storage: new MemoryStorage(), memoryBytes: 0 });
  const draws = [0, 5, 8, 3].map((index) => ({ index, seed: index * 31 }));
  const [first, second] = [await inMemory.batch(draws), await stored.batch(draws)];
  expect(first.shape).toEqual([4, 12, 16]);
  expect([...(await second.data())]).toEqual([...(await first.data())]);
});

describe('where training starts', () => {
  test('a class that gathers others takes over their outputs, a new one starts from chance, one of the same name is as it was', () => {
    const model = tinyModel(TINY, ['sadness', 'anger', 'happiness']);
    const config = tinyConfig({
      classes: { happiness: ['happiness'], negative: ['sadness', 'anger'], bored: ['bored'] },
    });
    const start = startingModel(model.manifest, model.arrays, config);
    expect(start.network.architecture.outputsPerClass).toEqual([1, 2, 1]);
    const before = model.arrays.get('VIT_base.head.linear.weight')!.data;
    const after = start.arrays.get('VIT_base.head.linear.weight')!.data;
    expect(after.slice(0, 16)).toEqual(before.slice(32, 48));
    expect(after.slice(16, 48)).toEqual(before.slice(0, 32));
    expect(start.comparable).toBe(false);
    const plain = startingModel(model.manifest, model.arrays, tinyConfig({ classes: ['anger', 'happiness'] }));
    expect(plain.comparable).toBe(true);
    expect(plain.network.architecture.outputsPerClass).toBeUndefined();
  });

  test('a class of another name for what the model knows takes over its output, unless the run has the model’s own name', () => {
    const model = tinyModel(TINY, ['sadness', 'happy']);
    const head = (start: ReturnType<typeof startingModel>, row: number) =>
      start.arrays.get('VIT_base.head.linear.weight')!.data.slice(row * 16, (row + 1) * 16);
    const before = model.arrays.get('VIT_base.head.linear.weight')!.data;
    const start = startingModel(model.manifest, model.arrays, tinyConfig({ classes: ['happiness', 'sad'] }));
    expect(start.comparable).toBe(true);
    expect([head(start, 0), head(start, 1)]).toEqual([before.slice(16, 32), before.slice(0, 16)]);
    const both = startingModel(model.manifest, model.arrays, tinyConfig({ classes: ['sad', 'sadness'] }));
    expect(both.comparable).toBe(false);
    expect(head(both, 1)).toEqual(before.slice(0, 16));
  });

  test('at the start, and through a model so made, a class has the sum of the probabilities that it gathers', async () => {
    const model = tinyModel(TINY, ['sadness', 'anger', 'happiness', 'neutral']);
    const manifest = { ...model.manifest, temperature: 0.5 };
    const pixels = tf.randomNormal<tf.Rank.R4>([3, 32, 32, 3], 0, 1, 'float32', 4);
    const probabilities = async (start: ReturnType<typeof startingModel>, temperature: number) => {
      const parameters = createParameters(start.arrays, start.network.parameters);
      const logits = evaluationLogits(start.network, parameters, pixels);
      return (await tf.softmax(tf.div(logits, temperature)).array()) as number[][];
    };
    const own = ['sadness', 'anger', 'happiness', 'neutral'];
    const known = await probabilities(startingModel(model.manifest, model.arrays, tinyConfig({ classes: own })), 0.5);
    const grouped = startingModel(
      manifest,
      model.arrays,
      tinyConfig({ classes: { good: ['happiness', 'neutral'], bad: ['sadness', 'anger'] } }),
    );
    const sums = await probabilities(grouped, 1);
    for (const [row, [sadness, anger, happiness, neutral]] of known.entries()) {
      expect(sums[row][0]).toBeCloseTo(happiness + neutral, 5);
      expect(sums[row][1]).toBeCloseTo(sadness + anger, 5);
    }
    const made = { ...manifest, architecture: grouped.network.architecture, classes: grouped.classes, temperature: 1 };
    const regrouped = startingModel(
      made,
      grouped.arrays,
      tinyConfig({ classes: { bored: ['bored'], unhappy: ['bad'] } }),
    );
    expect(regrouped.network.architecture.outputsPerClass).toEqual([1, 2]);
    const width = 16;
    expect(regrouped.arrays.get('VIT_base.head.linear.weight')!.data.slice(width)).toEqual(
      grouped.arrays.get('VIT_base.head.linear.weight')!.data.slice(2 * width),
    );
  });

  test('a model of the base branch alone gets its cross branch from chance, and another backbone is refused', () => {
    const model = tinyModel();
    const base = new Map(
      [...model.arrays].filter(([name]) => !name.startsWith('cross_') && !name.startsWith('VIT_cross')),
    );
    const start = startingModel(model.manifest, base, tinyConfig());
    expect(start.fresh).toContain('cross_attention_1.theta');
    expect(start.arrays.size).toBe(model.arrays.size);
    expect(() => startingModel(model.manifest, model.arrays, tinyConfig({ family: 'resnet18', mode: 'full' }))).toThrow(
      /no resnet18/,
    );
    base.delete('VIT_base.cls_token');
    expect(() => startingModel(model.manifest, base, tinyConfig())).toThrow(/lacks VIT_base.cls_token/);
  });
});

test('the exported model loads again with the weights that were measured, and its card names counts and results', async () => {
  const config = tinyConfig({ epochs: 1 });
  const model = tinyModel();
  const trainer = await Trainer.create({ config, model, samples: SAMPLES, storage: new MemoryStorage() });
  const outcome = await trainer.run();
  const { files } = await exportModel(trainer, {
    id: 'tuned',
    config,
    from: model.manifest,
    samples: SAMPLES,
    outcome,
    device: 'CPU',
  });
  const loaded = await loadModelFromFiles(files.get('manifest.json')!, (path) => files.get(path), ['base', 'training']);
  expect(loaded.manifest.architecture.family).toBe('qcs');
  const network = createNetwork(loaded.manifest.architecture, 3, 32);
  expect(new Set(loaded.arrays.keys())).toEqual(new Set(network.parameters.map(({ name }) => name)));
  const kept = await trainer.model.stepper.weights.get('VIT_base.cls_token')!.data();
  const stored = loaded.arrays.get('VIT_base.cls_token')!.data;
  for (const [index, value] of stored.entries())
    expect(Math.abs(value - kept[index])).toBeLessThan(1e-3 * Math.max(1, Math.abs(value)));
  const card = new TextDecoder().decode(files.get('MODEL_CARD.md'));
  expect(card).toContain('| train | 3 | 3 | 3 |');
  expect(card).toContain(`On ${outcome.after!.n} held-out test images`);
  trainer.dispose();
});
