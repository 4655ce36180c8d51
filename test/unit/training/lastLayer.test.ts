import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { createClassifier } from '../../../src/network/classifier.js';
import { createRun, measuredSamples } from '../../../src/training/createRun.js';
import { Context } from '../../../src/network/context.js';
import { createParameters } from '../../../src/network/parameters.js';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import { parseConfig, trainedLayers } from '../../../src/training/config.js';
import type { SplitSamples, TrainingSample } from '../../../src/training/data/samples.js';
import { assignFolds, chooseStrength } from '../../../src/training/lastLayer/crossValidation.js';
import { type FitProblem, ProblemFits } from '../../../src/training/lastLayer/fitPath.js';
import { fitLastLayer, lastLayerLogits, STRENGTHS } from '../../../src/training/lastLayer/lastLayer.js';
import { adaptStatistics } from '../../../src/training/lastLayer/normalisation.js';
import { imagesTensor } from '../../../src/training/data/inputs.js';
import { startingModel, type StartingModel } from '../../../src/training/startingModel.js';
import { minimise } from '../../../src/training/lastLayer/minimise.js';
import { exportModel } from '../../../src/training/exportModel.js';
import { augmentFace, UNCHANGED } from '../../../src/training/data/augment.js';
import { loadModelFromFiles } from '../../../src/weights/loadModel.js';
import { CLASSES, patches, patchSplits, tinyConfig, tinyModel } from './tiny.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const CONFIG = tinyConfig({ family: 'base' });

function run(samples: SplitSamples, config = CONFIG) {
  return createRun({ config, model: tinyModel(), samples, storage: new MemoryStorage() });
}

/** A layer of two inputs and clouds around a centre a class; what the layer begins with is given. */
function clouds(centres: readonly (readonly [number, number])[], each: number, start: FitProblem['start']): FitProblem {
  const random = new Random(4);
  const labels = centres.flatMap((_, label) => Array.from({ length: each }, () => label));
  const values = Float32Array.from(labels.flatMap((label) => centres[label].map((middle) => middle + random.normal())));
  const targets = labels.map((label) => Float32Array.from(centres, (_, index) => (index === label ? 1 : 0)));
  const rows = { values, width: 2, targets, weights: labels.map(() => 1) };
  return { rows, start, outputs: centres.map((_, label) => label) };
}

const all = ({ rows }: FitProblem): number[] => rows.targets.map((_, index) => index);
const nothing = (outputs: number) => ({ weight: new Float32Array(outputs * 2), bias: new Float32Array(outputs) });

describe('the optimum', () => {
  test('the search finds the lowest point of a narrow valley', () => {
    const rosenbrock = (x: Float64Array, gradient: Float64Array): number => {
      const [a, b] = [1 - x[0], x[1] - x[0] ** 2];
      gradient.set([-2 * a - 400 * x[0] * b, 200 * b]);
      return a ** 2 + 100 * b ** 2;
    };
    const [x, y] = minimise(rosenbrock, Float64Array.of(-1.2, 1), { iterations: 200, tolerance: 1e-8 });
    expect(x).toBeCloseTo(1, 5);
    expect(y).toBeCloseTo(1, 5);
  });

  test('no small change of a weight or bias lowers the penalised loss, for classes of several outputs too', () => {
    const problem = clouds(
      [
        [2, 0],
        [-1, 1],
      ],
      20,
      { weight: Float32Array.of(0.3, -0.2, 0.1, 0.4, -0.3, 0.2), bias: Float32Array.of(0.1, 0, -0.1) },
    );
    const outputs = [0, 0, 1];
    const strength = 0.1;
    const { rows, start } = problem;
    const [fit] = [...fitLastLayer(rows, all(problem), start, outputs, [strength])];
    const deviations = [0, 1].map((input) => {
      const column = all(problem).map((row) => rows.values[row * 2 + input]);
      const middle = column.reduce((sum, value) => sum + value, 0) / column.length;
      return {
        middle,
        deviation: Math.sqrt(column.reduce((sum, value) => sum + (value - middle) ** 2, 0) / column.length),
      };
    });
    const objective = (layer: typeof fit): number => {
      const logits = lastLayerLogits(rows.values, 2, layer, outputs);
      let loss = 0;
      for (const [row, target] of rows.targets.entries()) {
        const own = logits.subarray(row * 2, row * 2 + 2);
        const sum = Math.log(Math.exp(own[0]) + Math.exp(own[1]));
        loss += (sum - own[target[0] === 1 ? 0 : 1]) / rows.targets.length;
      }
      for (let output = 0; output < 3; output++) {
        let shift = layer.bias[output] - start.bias[output];
        for (const [input, { middle, deviation }] of deviations.entries()) {
          const change = layer.weight[output * 2 + input] - start.weight[output * 2 + input];
          loss += (strength / 2) * (change * deviation) ** 2;
          shift += change * middle;
        }
        loss += 0.005 * shift ** 2;
      }
      return loss;
    };
    const lowest = objective(fit);
    expect(lowest).toBeLessThan(objective(start));
    for (const part of ['weight', 'bias'] as const) {
      for (let index = 0; index < fit[part].length; index++) {
        for (const change of [-0.03, 0.03]) {
          const moved = { weight: fit.weight.slice(), bias: fit.bias.slice() };
          moved[part][index] += change;
          expect(objective(moved)).toBeGreaterThan(lowest);
        }
      }
    }
  });

  test('the stronger the tie, the nearer the layer stays to where it began', () => {
    const problem = clouds(
      [
        [2, 0],
        [-2, 0],
      ],
      20,
      nothing(2),
    );
    const fits = [...fitLastLayer(problem.rows, all(problem), problem.start, problem.outputs, STRENGTHS)];
    const sizes = fits.map(({ weight }) => Math.hypot(...weight));
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(sizes[0]).toBeLessThan(0.1);
    expect(sizes.at(-1)).toBeGreaterThan(1);
  });
});

describe('the choice of a strength', () => {
  test('folds keep groups whole and spread every class', () => {
    const samples = Array.from({ length: 60 }, (_, index) => ({
      label: index % 3,
      group: index < 30 ? `burst ${Math.floor(index / 6)}` : null,
    }));
    const folds = assignFolds(samples, 5, 1);
    for (let burst = 0; burst < 5; burst++) {
      expect(new Set(folds.slice(burst * 6, burst * 6 + 6)).size).toBe(1);
    }
    for (let fold = 0; fold < 5; fold++) {
      for (let label = 0; label < 3; label++) {
        const count = samples.filter((sample, index) => sample.label === label && folds[index] === fold).length;
        expect(count).toBeGreaterThanOrEqual(3);
        expect(count).toBeLessThanOrEqual(5);
      }
    }
  });

  test('clear clouds loosen the tie, and where the start is right already it stays', async () => {
    const centres = [
      [3, 0],
      [-3, 0],
    ] as const;
    const fresh = clouds(centres, 20, nothing(2));
    const folds = assignFolds(
      fresh.rows.targets.map((_, index) => ({ label: index < 20 ? 0 : 1, group: null })),
      5,
      1,
    );
    const loosened = await chooseStrength(new ProblemFits(fresh), all(fresh), folds);
    expect(loosened.strength).toBeLessThan(0.1);
    // The densities of these clouds have a log ratio of 6 x.
    const known = clouds(centres, 20, { weight: Float32Array.of(3, 0, -3, 0), bias: new Float32Array(2) });
    const choice = await chooseStrength(new ProblemFits(known), all(known), folds);
    expect(choice.losses[0]).toMatchObject({ strength: null });
    expect(choice.strength === null || choice.strength === STRENGTHS[0]).toBe(true);
  });
});

test('adapted by a share of one, running statistics give what the statistics of the pictures themselves would', async () => {
  const { manifest, arrays } = tinyModel();
  const start = startingModel(manifest, arrays, CONFIG);
  const { network } = start;
  const faces = patches([4, 4, 4], 6).map((sample) => ({ sample, change: UNCHANGED }));
  const tokens = async (from: StartingModel, mode: 'training' | 'evaluation'): Promise<Float32Array> => {
    const parameters = createParameters(from.arrays, network.parameters);
    const context = new Context(parameters, { mode });
    const result = tf.tidy(() => network.tokenPasses!.tokens(context, imagesTensor(faces, manifest.input)));
    for (const moved of context.moved.values()) moved.dispose();
    for (const parameter of parameters.values()) parameter.dispose();
    const values = await result.data<'float32'>();
    result.dispose();
    return values;
  };
  const before = tf.memory().numTensors;
  const samples = faces.map(({ sample }) => sample);
  const adapt = (share: number) => adaptStatistics(start, samples, manifest.input, share, () => Promise.resolve());
  const largest = (a: Float32Array, b: Float32Array): number =>
    a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);
  const own = await tokens(start, 'training');
  expect(largest(await tokens(start, 'evaluation'), own)).toBeGreaterThan(0.1);
  expect(largest(await tokens(await adapt(1), 'evaluation'), own)).toBeLessThan(0.03);
  expect(largest(await tokens(await adapt(0), 'evaluation'), await tokens(start, 'evaluation'))).toBeLessThan(1e-5);
  expect(tf.memory().numTensors).toBe(before);
});

describe('a run of the last layer', () => {
  test('quick mode learns the last layer where nothing else is asked for, and the heads for QCS', () => {
    expect(trainedLayers(parseConfig('{ "classes": ["a", "b"] }'))).toBe('last');
    expect(trainedLayers(parseConfig('{ "classes": ["a", "b"], "family": "qcs" }'))).toBe('heads');
    expect(trainedLayers(parseConfig('{ "classes": ["a", "b"], "layers": "heads" }'))).toBe('heads');
    expect(trainedLayers(parseConfig('{ "classes": ["a", "b"], "mode": "full" }'))).toBe('all');
    expect(() => parseConfig('{ "classes": ["a", "b"], "family": "qcs", "layers": "last" }')).toThrow(/layers/);
    expect(() => parseConfig('{ "classes": ["a", "b"], "mode": "full", "layers": "heads" }')).toThrow(/layers/);
  });

  test('it gains: pictures that the model cannot tell apart are told apart on held-out images', async () => {
    const samples = patchSplits(12);
    const training = await run(samples);
    const outcome = await training.run();
    expect(outcome.before!.accuracy.value).toBeLessThan(0.5);
    expect(outcome.after!.accuracy.value).toBeGreaterThan(0.8);
    expect(outcome).toMatchObject({ end: 'finished', keptEpoch: 1, folds: null });
    expect(outcome.history[0].validation!.accuracy.value).toBeGreaterThan(0.7);
    expect(measuredSamples(samples, outcome).validated).toHaveLength(12 * 3 + 8 * 3);
  });

  test('without a test split every image is read by a fit that had not seen it, and the outcome says so', async () => {
    const samples: SplitSamples = { train: patches([15, 15, 15], 1), validation: [], test: [] };
    const outcome = await (await run(samples)).run();
    expect(outcome.folds).toBe(5);
    expect(outcome.after!.n).toBe(45);
    expect(outcome.after!.accuracy.value - outcome.before!.accuracy.value).toBeGreaterThan(0.1);
    expect(measuredSamples(samples, outcome).tested).toEqual(samples.train);
  });

  test('labels by chance are not learned by heart', async () => {
    const random = new Random(9);
    const shuffled = (samples: readonly TrainingSample[]): TrainingSample[] =>
      samples.map((sample) => {
        const label = random.integer(3);
        return { ...sample, label, target: Float32Array.from(CLASSES, (_, index) => (index === label ? 1 : 0)) };
      });
    const samples = {
      train: shuffled(patches([20, 20, 20], 1)),
      validation: [],
      test: shuffled(patches([15, 15, 15], 2)),
    };
    const outcome = await (await run(samples)).run();
    // A layer that had learned the chance by heart would be sure of itself, and wrong.
    expect(outcome.after!.loss).toBeLessThan(outcome.before!.loss + 0.02);
  });

  test('the exported model gives the logits that were measured', async () => {
    const samples = patchSplits(6, 4);
    const training = await run(samples);
    const outcome = await training.run();
    const { files, manifest } = await exportModel(training, {
      id: 'tuned',
      config: CONFIG,
      from: tinyModel().manifest,
      samples,
      outcome,
      device: 'CPU',
    });
    expect(manifest.training).toMatchObject({ settings: { layers: null, family: 'base' } });
    const loaded = await loadModelFromFiles(files.get('manifest.json')!, (path) => files.get(path));
    const classifier = await createClassifier(loaded.manifest, loaded.arrays);
    const crops = samples.test.map(({ face }) => augmentFace(face, loaded.manifest.input, UNCHANGED));
    for (const [index, crop] of crops.entries()) {
      const logits = await classifier.logits(crop, 1);
      expect(logits.indexOf(Math.max(...logits))).toBe(outcome.after!.predicted[index]);
    }
    classifier.dispose();
  });

  test('a run that is aborted ends, and one that is paused waits', async () => {
    const controller = new AbortController();
    const samples = patchSplits(2, 1);
    const setup = { config: CONFIG, model: tinyModel(), samples, storage: new MemoryStorage() };
    const stopped = await createRun({ ...setup, signal: controller.signal });
    controller.abort(new Error('stopped'));
    await expect(stopped.run()).rejects.toThrow('stopped');
    const waiting = await createRun(setup);
    waiting.pause();
    let done = false;
    const ended = waiting.run().then(() => (done = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(done).toBe(false);
    waiting.resume();
    await ended;
  });
});
