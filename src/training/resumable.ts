/** Whether a saved run may go on: only with the settings and the images it began with. */
import { TrainingError } from '../errors.js';
import { sha256 } from '../base/sha256.js';
import type { RunState } from './checkpoint.js';
import { completeConfig, type TrainingConfig } from './config.js';
import type { SplitSamples } from './data/samples.js';

/** @throws TrainingError `checkpoint-mismatch` when the state is of other settings or images, or there is none */
export function checkResumable(state: RunState | null, config: TrainingConfig, data: string): void {
  if (state === null) throw new TrainingError('checkpoint-mismatch', 'There is no saved run to go on with.');
  if (state.data !== data) {
    throw new TrainingError(
      'checkpoint-mismatch',
      'The images changed since the run was saved. Undo that, or start a new run.',
    );
  }
  // Completed, so that the order of the fields and defaults that are new since do not matter.
  if (JSON.stringify(completeConfig(state.config)) !== JSON.stringify(completeConfig(config))) {
    throw new TrainingError(
      'checkpoint-mismatch',
      'The saved run has other settings. Resume with those, or start a new run.',
    );
  }
}

/** Identifies samples and their labels. */
export async function fingerprint(samples: SplitSamples): Promise<string> {
  const lines = [...samples.train, ...samples.validation, ...samples.test].map(
    ({ id, target }) => `${id} ${target.join()}`,
  );
  return sha256(new TextEncoder().encode(`${samples.train.length} ${samples.validation.length}\n${lines.join('\n')}`));
}
