/** The settings that the Train tab offers, and the run that they describe. */
import type { BackendPreference } from '../../gpu/preference.js';
import {
  completeConfig,
  trainedLayers,
  type TrainingConfig,
  type TrainingMode,
  type TrainingOptions,
} from '../../training/config.js';
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

/** All but the classes, which depend on the data set. */
export type RunSettings = Omit<TrainSettings, 'classes'>;

export const DEFAULT_TRAIN_SETTINGS: RunSettings = {
  mode: 'quick',
  family: 'last',
  epochs: null,
  learningRate: null,
  sam: null,
  seed: 1,
  backend: 'auto',
  pauseWhenHidden: false,
};

/** The settings that make a run like a past one. What its mode would have chosen by itself stays automatic. */
export function settingsOf(config: TrainingConfig): RunSettings {
  const { mode, learningRate, seed } = config;
  const family =
    trainedLayers(config) === 'last'
      ? 'last'
      : config.family === 'qcs' || config.family === 'dcs'
        ? config.family
        : 'base';
  const settings: RunSettings = { ...DEFAULT_TRAIN_SETTINGS, mode, family, learningRate, seed };
  const own = completeConfig(toTrainRequest({ ...settings, classes: config.classes }).options);
  return {
    ...settings,
    epochs: config.epochs === own.epochs ? null : config.epochs,
    sam: config.sam === own.sam ? null : config.sam > 0,
  };
}

/** The choice of labels that gives a past run's classes, as far as the labels are still there. */
export function choiceOf({ classes }: TrainingConfig, labels: readonly LabelCount[]): ClassChoice {
  const owners = new Map(Object.entries(classes).flatMap(([name, members]) => members.map((label) => [label, name])));
  return {
    excluded: new Set(labels.flatMap(({ name }) => (owners.has(name) ? [] : [name]))),
    names: new Map([...owners].filter(([label, name]) => label !== name)),
  };
}

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
