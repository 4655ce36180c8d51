/** The settings that the Train tab offers, and the run that they describe. */
import type { BackendPreference } from '../gpu/preference.js';
import type { TrainingMode, TrainingOptions } from '../training/config.js';
import type { TrainRequest } from '../training/protocol.js';

export interface TrainSettings {
  readonly mode: TrainingMode;
  readonly family: 'qcs' | 'dcs' | 'base';
  /** Null: the mode's own. */
  readonly epochs: number | null;
  readonly learningRate: number | null;
  readonly sam: boolean | null;
  readonly seed: number;
  readonly backend: BackendPreference;
  /** Classes that take part. */
  readonly classes: readonly string[];
  readonly pauseWhenHidden: boolean;
}

export const DEFAULT_TRAIN_SETTINGS: Omit<TrainSettings, 'classes'> = {
  mode: 'quick',
  family: 'qcs',
  epochs: null,
  learningRate: null,
  sam: null,
  seed: 1,
  backend: 'auto',
  pauseWhenHidden: false,
};

export function toTrainRequest(settings: TrainSettings): TrainRequest {
  const { mode, family, epochs, learningRate, sam, seed, backend, classes } = settings;
  const options: TrainingOptions = {
    classes,
    mode,
    family,
    seed,
    ...(epochs === null ? {} : { epochs }),
    ...(learningRate === null ? {} : { learningRate }),
    ...(sam === null ? {} : { sam: sam ? 0.05 : 0 }),
  };
  return { options, backend, resume: false };
}
