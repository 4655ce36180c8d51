/** What a step of the trainer costs with the shipped model, in Node: seconds, kernel calls and bytes. Pictures are noise: only the cost counts. */
import { Random } from '../../src/base/random.js';
import { chosenBatchSize, completeConfig, type TrainingMode } from '../../src/training/config.js';
import { ImageInputs } from '../../src/training/data/inputs.js';
import { microBatchFor } from '../../src/training/memory.js';
import { TupleSampler } from '../../src/training/data/sampler.js';
import type { SplitSamples, TrainingSample } from '../../src/training/data/samples.js';
import { startingModel } from '../../src/training/startingModel.js';
import { Stepper, type StepResult } from '../../src/training/step/stepper.js';
import { TokenCache } from '../../src/training/data/tokenCache.js';
import { mean, median } from '../../src/base/numbers.js';
import type { Family } from '../../src/weights/architectures.js';
import { shippedModel } from '../fineTuning/shipped.js';
import { countKernels } from './countKernels.js';

const CLASSES = ['neutral', 'happiness', 'anger'];
const IMAGES_A_CLASS = 12;
const SIDE = 48;

export interface StepOptions {
  readonly mode: TrainingMode;
  readonly families: readonly Family[];
  readonly steps: number;
  /** Tuples; 0: the mode's own. */
  readonly batch: number;
  /** Tuples at once; 0: as many as fit. */
  readonly micro: number;
}

export interface StepCost {
  readonly family: Family;
  readonly tuples: number;
  readonly images: number;
  readonly microBatch: number;
  readonly activationMegabytesPerTuple: number;
  readonly secondsPerStep: number;
  readonly processorSecondsPerStep: number;
  readonly tokenImagesPerSecond: number | null;
  /** Calls of kernels in one step, all and the most frequent. */
  readonly kernels: number;
  readonly mostFrequent: Readonly<Record<string, number>>;
  /** Bytes that the kernels of one step wrote, megabytes. */
  readonly writtenMegabytes: number;
  readonly losses: readonly number[];
}

/** On the current backend; steps of the families are taken in turn, so that what else the machine does meets all alike. */
export async function measureSteps(options: StepOptions): Promise<readonly StepCost[]> {
  const runs: StepRun[] = [];
  for (const family of options.families) runs.push(await prepare(family, options));
  // The first step compiles shaders and is not counted.
  for (let step = 0; step <= options.steps; step++) for (const run of runs) await run.take(step);
  const costs: StepCost[] = [];
  for (const run of runs) costs.push(await run.cost(options.steps + 1));
  return costs;
}

interface StepRun {
  take(step: number): Promise<void>;
  cost(step: number): Promise<StepCost>;
}

async function prepare(family: Family, { mode, batch, micro }: StepOptions): Promise<StepRun> {
  const layers = mode === 'quick' ? 'heads' : null;
  const config = completeConfig({ classes: CLASSES, mode, family, layers, batchSize: batch || null });
  const model = await shippedModel();
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
  const tuples = chosenBatchSize(config, network.branches);
  const sampler = new TupleSampler(labels, CLASSES.length, config.sampler, network.branches, tuples, 1);
  const target = (index: number): Float32Array => samples.train[index].target;
  const bytes = await stepper.activationBytes(inputs, sampler.step(0)[0], target);
  const microBatch = micro || microBatchFor(bytes, tuples);
  const wall: number[] = [];
  const processor: number[] = [];
  const losses: number[] = [];
  const step = (number: number): Promise<StepResult> =>
    stepper.step(inputs, sampler.step(number), target, {
      learningRate: 1e-5,
      dropoutSeed: number,
      microBatch,
      wantAttention: true,
    });
  return {
    take: async (number) => {
      const [before, began] = [process.cpuUsage(), performance.now()];
      const result = await step(number);
      if (number === 0) return;
      wall.push((performance.now() - began) / 1000);
      const used = process.cpuUsage(before);
      processor.push((used.user + used.system) / 1e6);
      losses.push(mean(result.losses.flat()));
    },
    cost: async (number) => {
      const counted = await countKernels(() => step(number));
      stepper.dispose();
      inputs.dispose();
      return {
        family,
        tuples,
        images: tuples * network.branches,
        microBatch,
        activationMegabytesPerTuple: bytes / 1e6,
        secondsPerStep: median(wall),
        processorSecondsPerStep: median(processor),
        tokenImagesPerSecond: config.mode === 'quick' ? (samples.train.length * 2) / cacheSeconds : null,
        ...counted,
        losses,
      };
    },
  };
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
