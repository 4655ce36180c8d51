/** The configuration that pytorch/ puts into its checkpoints: with it nothing has to be asked. */
import json from '../../../schema/training.schema.json';
import { readBySchema, type Schema } from '../../base/schema.js';
import { ModelError } from '../../errors.js';
import type { Architecture, DropoutRates, InputSpec } from '../../weights/manifest.js';
import { type ARCHITECTURE_DEFAULTS, MANIFEST_DEFINITIONS } from '../../weights/manifestSchema.js';

/** What of a configuration a model needs. */
export interface RunConfiguration {
  readonly id: string;
  readonly classes: readonly string[];
  /** With its defaults; sizes that the tensors tell may be left out. */
  readonly architecture: Architecture & typeof ARCHITECTURE_DEFAULTS;
  readonly input: InputSpec;
  readonly dropout: DropoutRates;
}

const { id, classes, architecture, input, dropout } = json.properties;
/** Fields that only training reads are as free as another version of the trainer may want them. */
const SCHEMA: Schema = {
  type: 'object',
  properties: { id, classes, architecture, input, dropout },
  required: ['id', 'classes', 'architecture', 'input'],
};

/**
 * The configuration in a checkpoint; null when it has none, or one of a trainer that is not this project's.
 * @throws ModelError `checkpoint-format` when it is this project's and contradicts itself
 */
export function readRunConfiguration(value: unknown): RunConfiguration | null {
  if (!isRecord(value) || !isRecord(value['architecture']) || !('family' in value['architecture'])) return null;
  const configuration = { ...value, architecture: withoutBlanks(value['architecture']) };
  return readBySchema(SCHEMA, configuration, {
    definitions: MANIFEST_DEFINITIONS,
    fail,
    complete: true,
  }) as RunConfiguration;
}

/** The trainer wrote 0 and empty lists for what a network does not have or chooses itself. */
function withoutBlanks(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const blank = (value: unknown): boolean =>
    value === 0 || value === null || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !blank(value)));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fail(path: string, problem: string): never {
  throw new ModelError(
    'checkpoint-format',
    `The configuration in this checkpoint cannot be used: ${path} ${problem}. Correct it there, or save the bare state_dict.`,
  );
}
