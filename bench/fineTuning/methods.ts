/** What is compared: the model as it is, simple baselines, and fine-tuning with its defaults and its options. */
import { availableParallelism } from 'node:os';
import { registerGradients } from '../../cli/registerGradients.js';
import { startNodeBackend } from '../../src/gpu/node.js';
import type { Classifier } from '../../src/network/classifier.js';
import { startNodeClassifier } from '../../src/plan/nodeClassifier.js';
import { MemoryStorage } from '../../src/storage/memoryStorage.js';
import { completeConfig, type TrainingConfig, type TrainingOptions } from '../../src/training/config.js';
import { createRun } from '../../src/training/createRun.js';
import type { SplitSamples } from '../../src/training/data/samples.js';
import { embed, embeddingModel } from '../../src/training/lastLayer/embeddings.js';
import { measure, type SplitMetrics } from '../../src/training/metrics.js';
import { startingModel } from '../../src/training/startingModel.js';
import type { LoadedModel } from '../../src/weights/loadModel.js';
import { CLASSES, shippedModel } from './shipped.js';

/** Settings of the runs; the others need none. */
const RUNS: Readonly<Record<string, Omit<TrainingOptions, 'classes'>>> = {
  default: {},
  heads: { layers: 'heads' },
  dcs: { family: 'dcs' },
  qcs: { family: 'qcs' },
};

/** `none`: the model as it is; `mean`: the nearest class mean of its embeddings; the others are runs. */
export const METHODS = ['none', 'mean', 'default', 'heads', 'dcs', 'qcs'] as const;
export type MethodName = (typeof METHODS)[number];

export interface Result {
  readonly accuracy: number;
  readonly macroRecall: number;
  readonly seconds: number;
}

export async function startMethods(methods: readonly MethodName[]): Promise<{
  measure(method: MethodName, samples: SplitSamples, seed: number): Promise<Result>;
  stop(): void;
}> {
  const model = await shippedModel();
  const steps = methods.some((name) => RUNS[name] !== undefined);
  if (steps) await registerGradients();
  const backend = steps ? await startNodeBackend('wasm') : null;
  return {
    measure: async (method, samples, seed) => {
      const begun = performance.now();
      const metrics = await metricsOf(method, model, samples, seed);
      const seconds = (performance.now() - begun) / 1000;
      return { accuracy: metrics.accuracy.value, macroRecall: metrics.macroRecall.value, seconds };
    },
    stop: () => backend?.stop(),
  };
}

async function metricsOf(
  method: MethodName,
  model: LoadedModel,
  samples: SplitSamples,
  seed: number,
): Promise<SplitMetrics> {
  const config = completeConfig({ ...RUNS[method], classes: CLASSES, seed });
  if (method === 'none') return measure(await logitsAsIs(model, samples, config), samples.test, CLASSES)!;
  if (method === 'mean') return measure(await nearestMean(model, samples, config), samples.test, CLASSES)!;
  const run = await createRun({ config, model, samples, storage: new MemoryStorage(), startClassifier });
  try {
    return (await run.run()).after!;
  } finally {
    run.dispose();
  }
}

async function startClassifier(model: LoadedModel): Promise<Classifier> {
  const { classifier, stop } = await startNodeClassifier('wasm', model, availableParallelism());
  const { inputChannels } = classifier;
  return { inputChannels, logits: (crops, count) => classifier.logits(crops, count), dispose: stop };
}

/** The starting model's logits of the classes. */
async function logitsAsIs(model: LoadedModel, { test }: SplitSamples, config: TrainingConfig): Promise<Float32Array> {
  const start = startingModel(model.manifest, model.arrays, config);
  const { architecture } = start.network;
  const manifest = { ...model.manifest, architecture, classes: start.classes };
  return withClassifier({ manifest, arrays: start.arrays }, (classifier) =>
    embed(classifier, test, manifest.input, false, () => undefined),
  );
}

/** Minus the squared distance to the mean embedding of each class, every dimension measured in its standard deviation. */
async function nearestMean(
  model: LoadedModel,
  { train, test }: SplitSamples,
  config: TrainingConfig,
): Promise<Float32Array> {
  const start = startingModel(model.manifest, model.arrays, config);
  const { input } = model.manifest;
  const [known, asked] = await withClassifier(embeddingModel(model.manifest, start), async (classifier) => [
    await embed(classifier, train, input, false, () => undefined),
    await embed(classifier, test, input, false, () => undefined),
  ]);
  const width = known.length / train.length;
  const column = (index: number): number[] => train.map((_, row) => known[row * width + index]);
  const logits = new Float32Array(test.length * CLASSES.length);
  for (let index = 0; index < width; index++) {
    const values = column(index);
    const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length;
    for (let label = 0; label < CLASSES.length; label++) {
      const own = values.filter((_, row) => train[row].label === label);
      const centre = own.reduce((sum, value) => sum + value, 0) / own.length;
      for (let row = 0; row < test.length; row++) {
        logits[row * CLASSES.length + label] -= (asked[row * width + index] - centre) ** 2 / Math.max(variance, 1e-12);
      }
    }
  }
  return logits;
}

async function withClassifier<T>(model: LoadedModel, use: (classifier: Classifier) => Promise<T>): Promise<T> {
  const classifier = await startClassifier(model);
  try {
    return await use(classifier);
  } finally {
    classifier.dispose();
  }
}
