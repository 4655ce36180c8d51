/** What is compared: the model as it is, simple baselines, fine-tuning with its defaults and its options, and a tool that people use instead. */
import { registerGradients } from '../../cli/registerGradients.js';
import { startNodeBackend } from '../../src/gpu/node.js';
import { MemoryStorage } from '../../src/storage/memoryStorage.js';
import { completeConfig, type TrainingOptions } from '../../src/training/config.js';
import { createRun } from '../../src/training/createRun.js';
import type { SplitSamples } from '../../src/training/data/samples.js';
import { measure, type SplitMetrics } from '../../src/training/metrics.js';
import type { LoadedModel } from '../../src/weights/loadModel.js';
import { startTeachable, type Teachable } from '../teachable/teachable.js';
import { logitsAsIs, nearestMean, startClassifier } from './baselines.js';
import { shippedModel } from './shipped.js';

/** Settings of the runs; the others need none. */
const RUNS: Readonly<Record<string, Omit<TrainingOptions, 'classes'>>> = {
  default: {},
  heads: { layers: 'heads' },
  dcs: { family: 'dcs' },
  qcs: { family: 'qcs' },
};

/** `none`: the model as it is; `mean`: the nearest class mean of its embeddings; `teachable`: see bench/teachable; the others are runs. */
export const METHODS = ['none', 'mean', 'default', 'heads', 'dcs', 'qcs', 'teachable'] as const;
export type MethodName = (typeof METHODS)[number];

export const METHOD_TITLES: Readonly<Record<MethodName, string>> = {
  none: 'the shipped model',
  mean: 'nearest class mean of its embeddings',
  default: '**fine-tuned by the defaults**',
  heads: 'steps over the heads, plain cross-entropy',
  dcs: 'steps over the heads, DCS',
  qcs: 'steps over the heads, QCS',
  teachable: "Teachable Machine's head on MobileNet features",
};

export interface Methods {
  measure(
    method: MethodName,
    samples: SplitSamples,
    classes: readonly string[],
    seed: number,
  ): Promise<SplitMetrics & { readonly seconds: number }>;
  stop(): void;
}

export async function startMethods(methods: readonly MethodName[]): Promise<Methods> {
  const model = await shippedModel();
  const tensors = methods.some((name) => RUNS[name] !== undefined || name === 'teachable');
  if (tensors) await registerGradients();
  const backend = tensors ? await startNodeBackend('wasm') : null;
  const teachable = methods.includes('teachable') ? await startTeachable() : null;
  return {
    measure: async (method, samples, classes, seed) => {
      const begun = performance.now();
      const metrics = await metricsOf({ method, samples, classes, seed }, model, teachable);
      return { ...metrics, seconds: (performance.now() - begun) / 1000 };
    },
    stop: () => {
      teachable?.dispose();
      backend?.stop();
    },
  };
}

interface Task {
  readonly method: MethodName;
  readonly samples: SplitSamples;
  readonly classes: readonly string[];
  readonly seed: number;
}

async function metricsOf(
  { method, samples, classes, seed }: Task,
  model: LoadedModel,
  teachable: Teachable | null,
): Promise<SplitMetrics> {
  const config = completeConfig({ ...RUNS[method], classes, seed });
  const of = (logits: Float32Array): SplitMetrics => measure(logits, samples.test, classes)!;
  switch (method) {
    case 'none':
      return of(await logitsAsIs(model, samples, config));
    case 'mean':
      return of(await nearestMean(model, samples, config));
    case 'teachable':
      return of(await teachable!.learn(samples, classes.length, seed));
    default: {
      const run = await createRun({ config, model, samples, storage: new MemoryStorage(), startClassifier });
      try {
        return (await run.run()).after!;
      } finally {
        run.dispose();
      }
    }
  }
}
