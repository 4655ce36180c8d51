import { chosenBatchSize } from '../../../src/training/config.js';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import { scheduleFactor } from '../../../src/training/step/schedule.js';
import { TupleSampler } from '../../../src/training/data/sampler.js';
import { Stepper, type StepOptions } from '../../../src/training/step/stepper.js';
import type { Tuple } from '../../../src/training/data/sampler.js';
import { Trainer } from '../../../src/training/trainer.js';
import { patchSplits, tinyConfig, tinyModel } from './tiny.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The stream of chance that dropout draws from: part of what a checkpoint promises. */
const DROPOUT_STREAM = 3;

test('the trainer gives its stepper the quadruplets, the rate and the dropout of each step by its number', async () => {
  const samples = patchSplits(3, 1);
  const config = tinyConfig({
    epochs: 2,
    batchSize: 3,
    microBatch: 2,
    learningRate: 1e-3,
    schedule: { kind: 'cosine', warmupSteps: 2, final: 0.1 },
  });
  const reported: number[] = [];
  const trainer = await Trainer.create({
    config,
    model: tinyModel(),
    samples,
    storage: new MemoryStorage(),
    onProgress: (progress) => {
      if (progress.kind === 'step') reported.push(progress.learningRate);
    },
  });
  const calls: { tuples: readonly Tuple[]; options: StepOptions }[] = [];
  const { stepper } = trainer.model;
  const step = Stepper.prototype.step.bind(stepper);
  stepper.step = (inputs, tuples, target, options) => {
    calls.push({ tuples, options });
    return step(inputs, tuples, target, options);
  };
  await trainer.run();
  const labels = samples.train.map(({ label }) => label);
  const sampler = new TupleSampler(labels, 3, config.sampler, 4, chosenBatchSize(config, 4), config.seed);
  const { totalSteps } = trainer;
  expect(calls).toHaveLength(totalSteps);
  expect(totalSteps).toBeGreaterThan(4);
  for (const [number, { tuples, options }] of calls.entries()) {
    const rate = scheduleFactor(config.schedule, number, sampler.stepsPerEpoch, totalSteps) * 1e-3;
    expect(options.learningRate).toBeCloseTo(rate, 12);
    expect(reported[number]).toBeCloseTo(rate, 12);
    expect(tuples).toEqual(sampler.step(number));
    expect(options.dropoutSeed).toBe(Random.at(config.seed, DROPOUT_STREAM, number).integer(2 ** 32));
    expect(options.microBatch).toBe(2);
  }
  trainer.dispose();
});
