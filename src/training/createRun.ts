/** The run that a configuration describes: step by step (trainer.ts), or the last layer by its optimum (lastLayer/lastLayerRun.ts). */
import { trainedLayers } from './config.js';
import { LastLayerRun, type LastLayerSetup } from './lastLayer/lastLayerRun.js';
import type { TrainingOutcome } from './progress.js';
import type { SplitSamples, TrainingSample } from './data/samples.js';
import { Trainer, type TrainerSetup } from './trainer.js';
import type { TrainingRun } from './trainingRun.js';

export type CreateRunSetup = TrainerSetup & LastLayerSetup;

/** Throws as `Trainer.create` and `LastLayerRun.create`. */
export async function createRun(
  setup: CreateRunSetup,
  options: { readonly resume?: boolean } = {},
): Promise<TrainingRun> {
  return trainedLayers(setup.config) === 'last' ? LastLayerRun.create(setup) : Trainer.create(setup, options);
}

/** The samples that the figures of an outcome are of, in the order of its predictions. */
export function measuredSamples(
  samples: SplitSamples,
  { folds, fit }: Pick<TrainingOutcome, 'folds' | 'fit'>,
): { readonly tested: readonly TrainingSample[]; readonly validated: readonly TrainingSample[] } {
  const learned = [...samples.train, ...samples.validation];
  return { tested: folds === null ? samples.test : learned, validated: fit === null ? samples.validation : learned };
}
