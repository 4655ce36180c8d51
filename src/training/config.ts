/** What a training run is told: one plain object, the same in page, worker and Node, with defaults for everything but the classes. */
import defaults from '../../schema/fine-tuning.json';
import json from '../../schema/fine-tuning.schema.json';
import { readBySchema } from '../base/schema.js';
import { TrainingError } from '../errors.js';
import { FAMILIES } from '../weights/architectures.js';
import { MANIFEST_DEFINITIONS } from '../weights/manifestSchema.js';
import type { TrainingConfig, TrainingMode } from './trainingConfig.js';

export type * from './trainingConfig.js';

/** What a caller says; the rest comes from {@link completeConfig}. */
export type TrainingOptions = Partial<Omit<TrainingConfig, 'classes'>> & {
  /** Names, each its own only label, or names with the labels that they gather. */
  readonly classes: readonly string[] | Readonly<Record<string, readonly string[]>>;
};

type ModeDefaults = Readonly<Record<TrainingMode, Omit<TrainingConfig, 'mode' | 'classes'>>>;

const { quick, full } = defaults as unknown as ModeDefaults;
const DEFINITIONS = { ...MANIFEST_DEFINITIONS, ...json.$defs };

const IMAGES_A_STEP = 16;
const FULL_RATE = 2e-4;
const QUICK_RATE_NEW = 5e-4;
const QUICK_RATE_KNOWN = 1e-4;

/**
 * Fills in the defaults of the mode and checks every value.
 * @throws TrainingError `config-invalid` that names the field
 */
export function completeConfig(options: TrainingOptions): TrainingConfig {
  const mode = options.mode ?? 'quick';
  const classes = isNames(options.classes)
    ? Object.fromEntries(options.classes.map((name) => [name, [name]]))
    : options.classes;
  const given = { ...(mode === 'quick' ? quick : full), ...options, mode, classes };
  const config = readBySchema(json, given, { definitions: DEFINITIONS, fail: invalid }) as TrainingConfig;
  checkTogether(config);
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

/** Tuples a step, of so many images each. */
export function chosenBatchSize({ batchSize }: TrainingConfig, branches: number): number {
  return batchSize ?? Math.max(1, Math.floor(IMAGES_A_STEP / branches));
}

/** What learns: the last layer alone, transformer heads and cross similarity attention, or everything. */
export function trainedLayers({ mode, family, layers }: TrainingConfig): 'last' | 'heads' | 'all' {
  if (mode === 'full') return 'all';
  return layers ?? (family === 'base' ? 'last' : 'heads');
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
  if (typeof value !== 'object' || value === null || !('classes' in value)) invalid('classes', 'is missing');
  return completeConfig(value as TrainingOptions);
}

/** What no field tells alone. */
function checkTogether(config: TrainingConfig): void {
  const { classes, mode, family, layers, microBatch, batchSize, augmentation } = config;
  const labels = Object.values(classes).flat();
  if (new Set(labels).size < labels.length) invalid('classes', 'gives one label to two classes');
  if (mode === 'full' && layers !== null) invalid('layers', 'is for quick mode; full mode trains everything');
  if (layers === 'last' && (family === 'qcs' || family === 'dcs')) {
    invalid('layers', `leaves ${family} nothing to compare images with; choose heads, or the family base`);
  }
  if (trainedLayers(config) === 'heads' && FAMILIES[family].reads === 'map') {
    invalid('mode', 'quick needs tokens, which ARM and ResNet-18 do not have; choose full');
  }
  if (microBatch !== null && batchSize !== null && microBatch > batchSize)
    invalid('microBatch', 'is larger than batchSize');
  const [low, high] = augmentation.erasing.area;
  if (low > high) invalid('augmentation.erasing.area', 'ends before it begins');
}

function isNames(classes: TrainingOptions['classes']): classes is readonly string[] {
  return Array.isArray(classes);
}

function invalid(field: string, problem: string): never {
  throw new TrainingError('config-invalid', `The training configuration's ${field} ${problem}.`);
}
