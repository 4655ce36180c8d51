/** What a training run is told: one plain object, the same in page, worker and Node, with defaults for everything but the classes. */
import { TrainingError } from '../errors.js';
import { FAMILIES, type Family } from '../weights/architectures.js';

/**
 * - `quick`: backbone and token convolutions stay as they are; only heads and cross similarity attention train, on cached tokens.
 * - `full`: everything trains.
 */
export type TrainingMode = 'quick' | 'full';
/**
 * - `q0`: every image once an epoch as anchor; negatives from all images with another label.
 * - `q1`: anchor's class, then negative's class drawn uniformly.
 * - `balanced`: every class equally often as anchor, its images in turn; negatives as in q1.
 * - `mrr`: minimal random resampling: an epoch draws from every class as many images as the smallest has.
 */
export type SamplerName = 'q0' | 'q1' | 'balanced' | 'mrr';

export interface AugmentationConfig {
  /** Probability of a mirror image. */
  readonly flip: number;
  /** Largest angle, degrees. */
  readonly rotation: number;
  /** Largest change of size, fraction. */
  readonly scale: number;
  /** Largest displacement, fraction of the side. */
  readonly shift: number;
  /** Largest change, fraction. */
  readonly brightness: number;
  readonly contrast: number;
  readonly erasing: { readonly probability: number; readonly area: readonly [number, number] };
}

export type ScheduleConfig =
  | { readonly kind: 'constant' }
  /** The rate is multiplied by `factor` after every epoch. */
  | { readonly kind: 'exponential'; readonly factor: number }
  /** Rises over `warmupSteps`, then falls along a cosine to `final` times the rate at the last step. */
  | { readonly kind: 'cosine'; readonly warmupSteps: number; readonly final: number };

export interface TrainingConfig {
  readonly family: Family;
  readonly mode: TrainingMode;
  /** Each class with the data set's labels that belong to it. Samples of other labels are left out. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
  /** 0 to 2^32 - 1. */
  readonly seed: number;
  readonly epochs: number;
  /** Tuples (anchors) a step. */
  readonly batchSize: number;
  /** Tuples that are on the device at once; null lets the memory estimate choose. */
  readonly microBatch: number | null;
  readonly sampler: SamplerName;
  readonly optimizer: 'adam' | 'adamw';
  /** Null: {@link chosenLearningRate}. */
  readonly learningRate: number | null;
  /** The backbone's and the token convolutions' rate as a part of `learningRate`; 0 freezes them. */
  readonly backboneFactor: number;
  /** On matrices and kernels only, never on biases and normalisations. */
  readonly weightDecay: number;
  /** Radius of sharpness-aware minimisation; 0 for none. */
  readonly sam: number;
  readonly schedule: ScheduleConfig;
  /** Largest gradient norm; 0 for no limit. */
  readonly clip: number;
  readonly dropout: { readonly base: number; readonly cross: number };
  readonly augmentation: AugmentationConfig;
  /** Train on votes where the data set has them. */
  readonly softLabels: boolean;
  /** Decay of the moving average of the weights, which is then what is measured and kept; 0 for none. */
  readonly ema: number;
  /** Epochs without a better validation loss after which training ends; 0 for never. */
  readonly patience: number;
  /** Whichever comes first; 0 for never. */
  readonly checkpoint: { readonly steps: number; readonly seconds: number };
}

/** What a caller says; the rest comes from {@link completeConfig}. */
export type TrainingOptions = Partial<Omit<TrainingConfig, 'classes'>> & {
  /** Names, each its own only label, or names with the labels that they gather. */
  readonly classes: readonly string[] | Readonly<Record<string, readonly string[]>>;
};

const QUICK_AUGMENTATION: AugmentationConfig = {
  flip: 0.5,
  rotation: 0,
  scale: 0,
  shift: 0,
  brightness: 0,
  contrast: 0,
  erasing: { probability: 0, area: [0.02, 0.1] },
};
const FULL_AUGMENTATION: AugmentationConfig = {
  flip: 0.5,
  rotation: 10,
  scale: 0.1,
  shift: 0.05,
  brightness: 0.2,
  contrast: 0.2,
  erasing: { probability: 0.35, area: [0.02, 0.1] },
};

const FULL_RATE = 2e-4;
const QUICK_RATE_NEW = 5e-4;
const QUICK_RATE_KNOWN = 1e-4;

const COMMON = {
  family: 'qcs',
  seed: 1,
  microBatch: null,
  sampler: 'q1',
  backboneFactor: 0.3,
  clip: 2,
  softLabels: true,
  patience: 0,
} as const;

const QUICK = {
  ...COMMON,
  epochs: 3,
  batchSize: 16,
  optimizer: 'adamw',
  learningRate: null,
  weightDecay: 0.02,
  sam: 0,
  schedule: { kind: 'cosine', warmupSteps: 5, final: 0.05 },
  dropout: { base: 0.1, cross: 0.2 },
  augmentation: QUICK_AUGMENTATION,
  ema: 0,
  checkpoint: { steps: 0, seconds: 10 },
} as const;

const FULL = {
  ...COMMON,
  epochs: 20,
  batchSize: 24,
  optimizer: 'adamw',
  learningRate: null,
  weightDecay: 0.02,
  sam: 0.05,
  schedule: { kind: 'cosine', warmupSteps: 50, final: 0.02 },
  dropout: { base: 0.2, cross: 0.2 },
  augmentation: FULL_AUGMENTATION,
  ema: 0.99,
  checkpoint: { steps: 0, seconds: 30 },
} as const;

/**
 * Fills in the defaults of the mode and checks every value.
 * @throws TrainingError `config-invalid` that names the field
 */
export function completeConfig(options: TrainingOptions): TrainingConfig {
  const mode = options.mode ?? 'quick';
  const defaults = mode === 'quick' ? QUICK : FULL;
  const classes = isNames(options.classes)
    ? Object.fromEntries(options.classes.map((name) => [name, [name]]))
    : options.classes;
  const config: TrainingConfig = { ...defaults, ...options, mode, classes };
  check(config);
  return config;
}

/**
 * The rate of a run. Where the configuration leaves it open, heads that already know every class move slowly, so as not to forget more than a few
 * images can teach.
 */
export function chosenLearningRate({ learningRate, mode }: TrainingConfig, classesKnown: boolean): number {
  if (learningRate !== null) return learningRate;
  if (mode === 'full') return FULL_RATE;
  return classesKnown ? QUICK_RATE_KNOWN : QUICK_RATE_NEW;
}

/** A configuration from JSON. Unknown fields are an error, so that a misspelt one is not silently a default. */
export function parseConfig(text: string): TrainingConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TrainingError('config-invalid', 'The training configuration is not JSON. Check its commas and quotes.', {
      cause,
    });
  }
  if (typeof value !== 'object' || value === null || !('classes' in value)) {
    throw invalid('classes', 'is missing');
  }
  const known = new Set([...Object.keys(FULL), 'mode', 'classes']);
  const unknown = Object.keys(value).find((key) => !known.has(key));
  if (unknown !== undefined) throw invalid(unknown, 'is no known field');
  return completeConfig(value as TrainingOptions);
}

function check(config: TrainingConfig): void {
  const names = Object.keys(config.classes);
  if (names.length < 2) throw invalid('classes', 'needs at least two classes');
  const labels = Object.values(config.classes).flat();
  if (new Set(labels).size < labels.length) throw invalid('classes', 'gives one label to two classes');
  if (Object.values(config.classes).some((members) => !Array.isArray(members) || members.length === 0)) {
    throw invalid('classes', 'has a class without labels');
  }
  oneOf('family', config.family, Object.keys(FAMILIES));
  oneOf('mode', config.mode, ['quick', 'full']);
  oneOf('sampler', config.sampler, ['q0', 'q1', 'balanced', 'mrr']);
  oneOf('optimizer', config.optimizer, ['adam', 'adamw']);
  oneOf('schedule.kind', config.schedule.kind, ['constant', 'exponential', 'cosine']);
  if (config.mode === 'quick' && FAMILIES[config.family].reads === 'map') {
    throw invalid('mode', `quick needs tokens, which ${FAMILIES[config.family].title} does not have; choose full`);
  }
  whole('seed', config.seed, 0, 2 ** 32 - 1);
  whole('epochs', config.epochs, 1, 10_000);
  whole('batchSize', config.batchSize, 1, 4096);
  if (config.microBatch !== null) whole('microBatch', config.microBatch, 1, config.batchSize);
  if (config.learningRate !== null) range('learningRate', config.learningRate, 0, 1);
  if (config.learningRate === 0) throw invalid('learningRate', 'must be larger than 0');
  range('backboneFactor', config.backboneFactor, 0, 10);
  range('weightDecay', config.weightDecay, 0, 10);
  range('sam', config.sam, 0, 10);
  range('clip', config.clip, 0, Number.MAX_VALUE);
  range('dropout.base', config.dropout.base, 0, 0.95);
  range('dropout.cross', config.dropout.cross, 0, 0.95);
  range('ema', config.ema, 0, 0.99999);
  whole('patience', config.patience, 0, 10_000);
  range('checkpoint.steps', config.checkpoint.steps, 0, Number.MAX_VALUE);
  range('checkpoint.seconds', config.checkpoint.seconds, 0, Number.MAX_VALUE);
  const { erasing, ...rest } = config.augmentation;
  for (const [key, value] of Object.entries(rest)) range(`augmentation.${key}`, value, 0, key === 'rotation' ? 180 : 1);
  range('augmentation.erasing.probability', erasing.probability, 0, 1);
  range('augmentation.erasing.area', erasing.area[0], 0, erasing.area[1]);
  range('augmentation.erasing.area', erasing.area[1], erasing.area[0], 0.9);
}

function isNames(classes: TrainingOptions['classes']): classes is readonly string[] {
  return Array.isArray(classes);
}

function whole(field: string, value: unknown, low: number, high: number): void {
  range(field, value, low, high);
  if (!Number.isInteger(value)) throw invalid(field, 'is no whole number');
}

function range(field: string, value: unknown, low: number, high: number): void {
  if (typeof value !== 'number' || !(value >= low && value <= high)) {
    throw invalid(field, `must be a number from ${low} to ${high}`);
  }
}

function oneOf(field: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value !== 'string' || !allowed.includes(value))
    throw invalid(field, `must be one of ${allowed.join(', ')}`);
}

function invalid(field: string, what: string): TrainingError {
  return new TrainingError('config-invalid', `The training configuration's ${field} ${what}.`);
}
