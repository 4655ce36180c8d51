/** The settings that the Train tab offers, and the run that they describe. */
import type { BackendPreference } from '../../gpu/preference.js';
import type { TrainingMode, TrainingOptions } from '../../training/config.js';
import type { TrainRequest } from '../../training/session/protocol.js';

export interface TrainSettings {
  readonly mode: TrainingMode;
  /** `last`: the last layer alone, by its optimum (quick mode); else the family whose steps are taken. */
  readonly family: 'last' | 'qcs' | 'dcs' | 'base';
  /** Null: the mode's own. */
  readonly epochs: number | null;
  readonly learningRate: number | null;
  readonly sam: boolean | null;
  readonly seed: number;
  readonly backend: BackendPreference;
  /** Classes that take part, each with the labels that it gathers. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
  readonly pauseWhenHidden: boolean;
}

export const DEFAULT_TRAIN_SETTINGS: Omit<TrainSettings, 'classes'> = {
  mode: 'quick',
  family: 'last',
  epochs: null,
  learningRate: null,
  sam: null,
  seed: 1,
  backend: 'auto',
  pauseWhenHidden: false,
};

/** A label of the data set with its number of images. */
export interface LabelCount {
  readonly name: string;
  readonly count: number;
}

/** What a visitor decides about labels. */
export interface ClassChoice {
  readonly excluded: ReadonlySet<string>;
  /** Names of classes by label, where they are not the label's own. */
  readonly names: ReadonlyMap<string, string>;
}

export const EVERY_LABEL: ClassChoice = { excluded: new Set(), names: new Map() };

/** The classes of a run with their labels, in the order of the labels. */
export function gatherClasses(
  labels: readonly LabelCount[],
  { excluded, names }: ClassChoice,
): TrainSettings['classes'] {
  const classes = new Map<string, string[]>();
  for (const { name } of labels) {
    if (excluded.has(name)) continue;
    const gathered = names.get(name) ?? name;
    classes.set(gathered, [...(classes.get(gathered) ?? []), name]);
  }
  return Object.fromEntries(classes);
}

export function toTrainRequest(settings: TrainSettings): TrainRequest {
  const { mode, family, epochs, learningRate, sam, seed, backend, classes } = settings;
  const options: TrainingOptions = {
    classes,
    mode,
    // Full mode trains every layer, whatever was chosen for quick mode.
    family: family !== 'last' ? family : mode === 'quick' ? 'base' : 'qcs',
    ...(mode === 'quick' ? { layers: family === 'last' ? 'last' : 'heads' } : {}),
    seed,
    ...(epochs === null ? {} : { epochs }),
    ...(learningRate === null ? {} : { learningRate }),
    ...(sam === null ? {} : { sam: sam ? 0.05 : 0 }),
  };
  return { options, backend, resume: false };
}
