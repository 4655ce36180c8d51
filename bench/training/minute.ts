/** A fine-tuning from Start to its result, with the parts of the time, in Node as `qcs-fer train` does it. */
import { startNodeBackend } from '../../src/gpu/node.js';
import { MemoryStorage } from '../../src/storage/memoryStorage.js';
import { completeConfig, type TrainingOptions } from '../../src/training/config.js';
import { createRun } from '../../src/training/createRun.js';
import type { SplitSamples } from '../../src/training/data/samples.js';
import type { SplitMetrics } from '../../src/training/metrics.js';
import { startClassifier } from '../fineTuning/baselines.js';
import { shippedModel } from '../fineTuning/shipped.js';

export interface Minute {
  readonly images: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Seconds by what was done: `tokens` are the embeddings and the statistics of batch normalisation, `fit` the fits and their cross-validation. */
  readonly parts: Readonly<Record<string, number>>;
  /** By cross-validation where nothing is held out. */
  readonly before: SplitMetrics['accuracy'] | null;
  readonly after: SplitMetrics['accuracy'] | null;
}

/** @param options by default those of the command line */
export async function measureMinute(
  samples: SplitSamples,
  classes: readonly string[],
  options: Omit<TrainingOptions, 'classes'> = {},
): Promise<Minute> {
  const parts: Record<string, number> = {};
  let [stage, since] = ['start', performance.now()];
  const turnTo = (next: string): void => {
    const now = performance.now();
    parts[stage] = (parts[stage] ?? 0) + (now - since) / 1000;
    [stage, since] = [next, now];
  };
  const [before, began] = [process.cpuUsage(), performance.now()];
  const run = await createRun({
    config: completeConfig({ ...options, classes }),
    model: await shippedModel(),
    samples,
    storage: new MemoryStorage(),
    startClassifier,
    startTensors: async () => void (await startNodeBackend('wasm')),
    onProgress: (progress) => turnTo(progress.kind === 'preparing' ? progress.stage : progress.kind),
  });
  const outcome = await run.run();
  turnTo('end');
  run.dispose();
  const used = process.cpuUsage(before);
  return {
    images: samples.train.length,
    seconds: (performance.now() - began) / 1000,
    processorSeconds: (used.user + used.system) / 1e6,
    parts,
    before: outcome.before?.accuracy ?? null,
    after: outcome.after?.accuracy ?? null,
  };
}
