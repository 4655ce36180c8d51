import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import type { FileStorage } from '../../../src/storage/storage.js';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { readCheckpoint } from '../../../src/training/checkpoint.js';
import type { TrainingConfig, TrainingOptions } from '../../../src/training/config.js';
import type { TrainingProgress } from '../../../src/training/progress.js';
import type { SplitSamples } from '../../../src/training/data/samples.js';
import { Trainer } from '../../../src/training/trainer.js';
import { patchSplits, tinyConfig, tinyModel } from './tiny.js';

beforeAll(async () => {
  await startNodeBackend('wasm');
});

const SAMPLES = patchSplits(12);
/** For what is slow here: whole networks. */
const FEW = patchSplits(3, 1);

async function weightsOf(trainer: Trainer): Promise<Map<string, number[]>> {
  const weights = new Map<string, number[]>();
  for (const [name, tensor] of trainer.model.stepper.groups()['weights']) weights.set(name, [...(await tensor.data())]);
  return weights;
}

/** Runs to the end, or stops the process dead (as a crash would) after some steps. */
async function train(
  config: TrainingConfig,
  storage: FileStorage,
  options: { resume?: boolean; crashAt?: number; samples?: SplitSamples } = {},
): Promise<{ trainer: Trainer; progress: TrainingProgress[] }> {
  const progress: TrainingProgress[] = [];
  const crash = new Error('crash');
  const setup = { config, model: tinyModel(), samples: options.samples ?? SAMPLES, storage };
  const trainer = await Trainer.create(
    {
      ...setup,
      onProgress: (event) => {
        progress.push(event);
        if (event.kind === 'step' && event.step === options.crashAt) throw crash;
      },
    },
    { resume: options.resume ?? false },
  );
  try {
    await trainer.run();
  } catch (error) {
    if (error !== crash) throw error;
  }
  return { trainer, progress };
}

describe('learning', () => {
  const plain: Partial<TrainingOptions> = {
    sam: 0,
    ema: 0,
    dropout: { base: 0, cross: 0 },
    augmentation: { ...tinyConfig().augmentation, flip: 0.5 },
  };
  const tasks = [
    { name: 'quick mode of QCS', config: tinyConfig({ ...plain, epochs: 10, batchSize: 6, learningRate: 1e-2 }) },
    {
      name: 'full mode of the base branch',
      config: tinyConfig({
        ...plain,
        mode: 'full',
        family: 'base',
        epochs: 5,
        batchSize: 9,
        learningRate: 1e-2,
        backboneFactor: 1,
      }),
    },
  ];
  for (const { name, config } of tasks) {
    test(`${name} learns to tell pictures apart, from chance to over 90 % on held-out images`, async () => {
      const trainer = await Trainer.create({
        config,
        model: tinyModel(),
        samples: SAMPLES,
        storage: new MemoryStorage(),
      });
      const outcome = await trainer.run();
      expect(outcome.before!.accuracy.value).toBeLessThan(0.7);
      expect(outcome.after!.accuracy.value).toBeGreaterThan(0.9);
      expect(outcome.after!.n).toBe(24);
      trainer.dispose();
    }, 180_000);
  }
});

describe('interruptions', () => {
  for (const options of [
    { name: 'quick mode with Adam', config: tinyConfig({ optimizer: 'adam', epochs: 1 }), samples: SAMPLES },
    {
      name: 'full mode with SAM, dropout, augmentation and moving average',
      config: tinyConfig({ mode: 'full', sam: 0.05, ema: 0.9, epochs: 2, batchSize: 3, microBatch: 2 }),
      samples: FEW,
    },
  ]) {
    test(`${options.name}: a crashed and resumed run ends with the weights of an uninterrupted one, bit for bit`, async () => {
      const config = { ...options.config, checkpoint: { steps: 2, seconds: 0 } };
      const { samples } = options;
      const whole = await train(config, new MemoryStorage(), { samples });
      const storage = new MemoryStorage();
      const crashed = await train(config, storage, { crashAt: 5, samples });
      crashed.trainer.dispose();
      expect((await readCheckpoint(storage))!.state.step).toBe(4);
      const resumed = await train(config, storage, { resume: true, samples });
      expect(await weightsOf(resumed.trainer)).toEqual(await weightsOf(whole.trainer));
      const epochs = (events: TrainingProgress[]) => events.filter(({ kind }) => kind === 'epoch').at(-1);
      expect(epochs(resumed.progress)).toEqual(epochs(whole.progress));
      resumed.trainer.dispose();
      whole.trainer.dispose();
    });
  }

  test('a run is not resumed with other images or other settings', async () => {
    const storage = new MemoryStorage();
    const config = tinyConfig({ checkpoint: { steps: 1, seconds: 0 } });
    (await train(config, storage, { crashAt: 2 })).trainer.dispose();
    const setup = { config, model: tinyModel(), samples: SAMPLES, storage };
    const fewer = { ...SAMPLES, train: SAMPLES.train.slice(1) };
    const mismatch = { code: 'checkpoint-mismatch' };
    await expect(Trainer.create({ ...setup, samples: fewer }, { resume: true })).rejects.toMatchObject(mismatch);
    const other = { ...config, learningRate: 0.1 };
    await expect(Trainer.create({ ...setup, config: other }, { resume: true })).rejects.toMatchObject(mismatch);
    const empty = { ...setup, storage: new MemoryStorage() };
    await expect(Trainer.create(empty, { resume: true })).rejects.toMatchObject(mismatch);
  });

  test('pausing writes a checkpoint, and stopping keeps what was learned', async () => {
    const storage = new MemoryStorage();
    const config = tinyConfig({ epochs: 50 });
    const trainer: Trainer = await Trainer.create({
      config,
      model: tinyModel(),
      samples: SAMPLES,
      storage,
      onProgress: (event) => {
        if (event.kind === 'step' && event.step === 2) trainer.pause();
        if (event.kind === 'checkpoint' && event.step === 2) setTimeout(() => trainer.resume(), 5);
        if (event.kind === 'step' && event.step === 4) trainer.stop();
      },
    });
    const outcome = await trainer.run();
    expect(outcome).toMatchObject({ end: 'stopped', steps: 4, keptEpoch: 1 });
    expect(outcome.after!.n).toBe(24);
    trainer.dispose();
  });
});

describe('the loop', () => {
  test('training leaks no tensor from step to step, and gives all back at the end', async () => {
    const before = tf.memory().numTensors;
    const full = tinyConfig({ mode: 'full', sam: 0.05, ema: 0.9, batchSize: 3, epochs: 1 });
    for (const config of [tinyConfig({ epochs: 1 }), full]) {
      const { trainer, progress } = await train(config, new MemoryStorage(), { samples: FEW });
      const counts = progress.flatMap((event) => (event.kind === 'step' ? [event.memory.tensors] : []));
      expect(new Set(counts.slice(1)).size).toBe(1);
      trainer.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test('every step tells its losses by branch, and the maps of its first tuple are distributions', async () => {
    const { trainer, progress } = await train(tinyConfig({ epochs: 1 }), new MemoryStorage());
    const step = progress.find((event) => event.kind === 'step');
    expect(step).toMatchObject({ step: 1, totalSteps: 9, epochs: 1 });
    expect(step!.losses.map((row) => row.length)).toEqual([4, 4]);
    expect(step!.theta).toHaveLength(3);
    const tuple = progress.find((event) => event.kind === 'tuple')!;
    expect(tuple.faces).toHaveLength(4);
    const [anchor, positive, negative, negative2] = tuple.faces.map(({ label }) => label);
    expect(anchor).toBe(positive);
    expect(negative).toBe(negative2);
    expect(anchor).not.toBe(negative);
    for (const { attention } of tuple.faces) {
      expect(attention.map((level) => level.length)).toEqual([4, 4, 4]);
      for (const level of attention) expect(level.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    }
    trainer.dispose();
  });

  test('the best weights on validation are the ones kept', async () => {
    const config = tinyConfig({ epochs: 4, batchSize: 3, learningRate: 0.2, schedule: { kind: 'constant' }, clip: 0 });
    const { trainer, progress } = await train(config, new MemoryStorage(), { samples: FEW });
    const losses = progress.flatMap((event) => (event.kind === 'epoch' ? [event.metrics.validation!.loss] : []));
    const best = losses.indexOf(Math.min(...losses));
    expect(best).toBeLessThan(losses.length - 1);
    console.log(losses, best);
    const { stepper } = trainer.model;
    const kept = await trainer.measureSplit('validation');
    expect(kept!.loss).toBeCloseTo(losses[best], 5);
    expect(stepper.trainableNames.length).toBeGreaterThan(0);
    trainer.dispose();
  });

  test('training stops early when validation no longer improves', async () => {
    const config = tinyConfig({
      epochs: 40,
      batchSize: 3,
      learningRate: 0.5,
      schedule: { kind: 'constant' },
      patience: 2,
      clip: 0,
    });
    const trainer = await Trainer.create({
      config,
      model: tinyModel(),
      samples: FEW,
      storage: new MemoryStorage(),
    });
    const outcome = await trainer.run();
    expect(outcome.end).toBe('early');
    expect(outcome.history.length - outcome.keptEpoch).toBe(2);
    trainer.dispose();
  });

  test('a run never ends with less than it began with: where no epoch was better, the first weights are kept', async () => {
    const config = tinyConfig({ epochs: 2, batchSize: 3, learningRate: 0.9, clip: 0, schedule: { kind: 'constant' } });
    const trainer = await Trainer.create({ config, model: tinyModel(), samples: FEW, storage: new MemoryStorage() });
    const outcome = await trainer.run();
    expect(outcome.history).toHaveLength(2);
    expect(outcome.keptEpoch).toBe(0);
    expect(outcome.after).toEqual(outcome.before);
    trainer.dispose();
  });
});
