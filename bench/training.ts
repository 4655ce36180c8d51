/**
 * `npm run bench -- training [--mode quick|full] [--backend wasm|webgpu|cpu] [--family qcs|dcs|base] [--steps 3] [--batch 16] [--micro 0]`: steps a second of the
 * trainer with the shipped model, in Node. Pictures are noise: only the time counts. Beside the wall clock stands the processor time, which other work on the
 * machine does not stretch.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { loadModelAt } from '../src/node/modelFiles.js';
import { registerGradients } from '../cli/registerGradients.js';
import { Random } from '../src/base/random.js';
import { startNodeBackend, type NodeBackendName } from '../src/gpu/node.js';
import { parseConfig } from '../src/training/config.js';
import { ImageInputs } from '../src/training/data/inputs.js';
import { microBatchFor } from '../src/training/memory.js';
import { TupleSampler } from '../src/training/data/sampler.js';
import type { SplitSamples, TrainingSample } from '../src/training/data/samples.js';
import { startingModel } from '../src/training/startingModel.js';
import { Stepper } from '../src/training/step/stepper.js';
import { TokenCache } from '../src/training/data/tokenCache.js';
import { mean, median } from '../src/base/numbers.js';

const CLASSES = ['neutral', 'happiness', 'anger'];
const IMAGES_A_CLASS = 12;
const SIDE = 48;

export async function benchTraining(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mode: { type: 'string', default: 'quick' },
      backend: { type: 'string', default: 'wasm' },
      family: { type: 'string', default: 'qcs' },
      steps: { type: 'string', default: '3' },
      batch: { type: 'string', default: '16' },
      micro: { type: 'string', default: '0' },
    },
  });
  await registerGradients();
  const backend = await startNodeBackend(values.backend as NodeBackendName);
  const { mode, family } = values;
  const config = parseConfig(JSON.stringify({ classes: CLASSES, mode, family, batchSize: Number(values.batch) }));
  const model = await loadModelAt('public/models/qcs-mobile/manifest.json', ['base', 'training']);
  const start = startingModel(model.manifest, model.arrays, config);
  const samples = noise();
  const { network, arrays } = start;
  const { input } = model.manifest;
  const { augmentation } = config;
  const cached = performance.now();
  const inputs =
    config.mode === 'full'
      ? new ImageInputs(samples, input, augmentation)
      : await TokenCache.create({ network, arrays, samples, input, augmentation, storage: null });
  const cacheSeconds = (performance.now() - cached) / 1000;
  const stepper = new Stepper(start, config);
  const labels = samples.train.map(({ label }) => label);
  const sampler = new TupleSampler(labels, CLASSES.length, config.sampler, network.branches, config.batchSize, 1);
  const target = (index: number): Float32Array => samples.train[index].target;
  const bytes = await stepper.activationBytes(inputs, sampler.step(0)[0], target);
  const microBatch = Number(values.micro) || microBatchFor(bytes, config.batchSize);
  const wall: number[] = [];
  const processor: number[] = [];
  const losses: number[] = [];
  // The first step compiles shaders and is not counted.
  for (let step = 0; step <= Number(values.steps); step++) {
    const [before, began] = [process.cpuUsage(), performance.now()];
    const options = { learningRate: 1e-5, dropoutSeed: step, microBatch, wantAttention: true };
    const result = await stepper.step(inputs, sampler.step(step), target, options);
    if (step === 0) continue;
    wall.push((performance.now() - began) / 1000);
    const used = process.cpuUsage(before);
    processor.push((used.user + used.system) / 1e6);
    losses.push(mean(result.losses.flat()));
  }
  const report = {
    mode,
    family,
    backend: backend.reason,
    processor: `${cpus()[0]?.model ?? 'unknown'} x ${cpus().length}`,
    tuples: config.batchSize,
    images: config.batchSize * network.branches,
    microBatch,
    activationMegabytesPerTuple: bytes / 1e6,
    secondsPerStep: median(wall),
    stepsPerSecond: 1 / median(wall),
    processorSecondsPerStep: median(processor),
    tokenImagesPerSecond: config.mode === 'quick' ? (samples.train.length * 2) / cacheSeconds : null,
    memoryMegabytes: tf.memory().numBytes / 1e6,
    losses,
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  stepper.dispose();
  inputs.dispose();
  backend.stop();
}

function noise(): SplitSamples {
  const random = new Random(1);
  const train = CLASSES.flatMap((_, label) =>
    Array.from({ length: IMAGES_A_CLASS }, (_, index): TrainingSample => {
      const data = Uint8Array.from({ length: SIDE * SIDE }, () => random.integer(256));
      const target = new Float32Array(CLASSES.length);
      target[label] = 1;
      return {
        id: `${label}-${index}`,
        label,
        target,
        group: null,
        fromCamera: false,
        face: { data, width: SIDE, height: SIDE, channels: 1 },
      };
    }),
  );
  return { train, validation: [], test: [] };
}
