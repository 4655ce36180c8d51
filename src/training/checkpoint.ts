/**
 * A run's memory: everything needed to go on as if it had never stopped. One safetensors file holds weights and optimizer state, its metadata
 * the rest; it is replaced whole, so that a crash while writing leaves the one before.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { FileStorage } from '../storage/storage.js';
import { TrainingError } from '../errors.js';
import type { NamedArray } from '../weights/namedArray.js';
import { readSafetensors, safetensorsHeader, writeSafetensors } from '../weights/safetensors.js';
import { completeConfig, type TrainingConfig } from './config.js';
import type { TensorMap } from './step/gradients.js';
import type { EpochMetrics, SplitMetrics } from './metrics.js';

/** The part of a checkpoint that is no tensor. */
export interface RunState {
  readonly format: 1;
  readonly config: TrainingConfig;
  /** Identifies the training samples: a run goes on only with the data that it began with. */
  readonly data: string;
  /** Tuples on the device at once. */
  readonly microBatch: number;
  /** Steps done. Chance is a function of seed and step, so this is the sampler's and the generator's state too. */
  readonly step: number;
  readonly optimizerStep: number;
  readonly history: readonly EpochMetrics[];
  /** Sums of the epoch under way. */
  readonly running: RunningEpoch;
  readonly best: { readonly epoch: number; readonly loss: number } | null;
  readonly before: SplitMetrics | null;
  /** Milliseconds of training so far. */
  readonly elapsed: number;
}

export interface RunningEpoch {
  readonly losses: readonly (readonly number[])[];
  readonly steps: number;
  readonly right: number;
  readonly seen: number;
}

/** Tensors by what they are for: `weights`, `first`, `second` (Adam's moments), `ema`. */
export type TensorGroups = Readonly<Record<string, TensorMap>>;
export type ArrayGroups = Readonly<Record<string, ReadonlyMap<string, NamedArray>>>;

const CHECKPOINT = 'checkpoint.safetensors';
const BEST = 'best.safetensors';

/** Writes a checkpoint in place of the one before. Throws a RuntimeError `storage-full` or `storage-refused`. */
export async function writeCheckpoint(storage: FileStorage, state: RunState, groups: TensorGroups): Promise<void> {
  await storage.write(CHECKPOINT, await tensorFile(groups, { state: JSON.stringify(state) }));
}

/**
 * The state and tensors of a run, or null where there is none.
 * @throws TrainingError `checkpoint-mismatch` for a checkpoint of another version or with a damaged state, ModelError for a damaged file
 */
export async function readCheckpoint(storage: FileStorage): Promise<{ state: RunState; arrays: ArrayGroups } | null> {
  const bytes = await storage.read(CHECKPOINT);
  if (bytes === null) return null;
  const text = safetensorsHeader(bytes).metadata['state'];
  const state = parseState(text);
  if (state === null) {
    throw new TrainingError(
      'checkpoint-mismatch',
      'The saved run is damaged or of another version. Discard it and start again.',
    );
  }
  return { state, arrays: groupArrays(readSafetensors(bytes)) };
}

/** Null for anything that a run could not go on from. */
function parseState(text: string | undefined): RunState | null {
  try {
    const state = JSON.parse(text ?? 'null') as RunState | null;
    if (state?.format !== 1 || !isSound(state)) return null;
    completeConfig(state.config);
    return state;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TrainingError) return null;
    throw error;
  }
}

function isSound(state: RunState): boolean {
  const { config, data, microBatch, step, optimizerStep, history, running, best, before, elapsed } = state;
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
  const isList = (value: unknown, isItem: (item: unknown) => boolean) => Array.isArray(value) && value.every(isItem);
  return (
    isObject(config) &&
    isObject(config.classes) &&
    typeof data === 'string' &&
    [microBatch, step, optimizerStep].every(isCount) &&
    Number.isFinite(elapsed) &&
    isList(history, isObject) &&
    isObject(running) &&
    [running.steps, running.right, running.seen].every(isCount) &&
    isList(running.losses, Array.isArray) &&
    (best === null || (isObject(best) && isCount(best.epoch))) &&
    (before === null || isObject(before))
  );
}

/** The state alone, to offer a run again after a reload; null where there is none or where it cannot be read. */
export async function readRunState(storage: FileStorage): Promise<RunState | null> {
  try {
    return (await readCheckpoint(storage))?.state ?? null;
  } catch {
    return null;
  }
}

/** Keeps the best weights so far, beside the checkpoint, with the epoch they are of. */
export async function writeBest(storage: FileStorage, epoch: number, weights: TensorMap): Promise<void> {
  await storage.write(BEST, await tensorFile({ weights }, { epoch: String(epoch) }));
}

/** The best weights, if they are of that epoch; null otherwise. */
export async function readBest(storage: FileStorage, epoch: number): Promise<ReadonlyMap<string, NamedArray> | null> {
  const bytes = await storage.read(BEST);
  if (bytes === null || safetensorsHeader(bytes).metadata['epoch'] !== String(epoch)) return null;
  return groupArrays(readSafetensors(bytes))['weights'];
}

/** Forgets the run. */
export async function discardRun(storage: FileStorage): Promise<void> {
  await storage.remove(CHECKPOINT);
  await storage.remove(BEST);
}

/** Tensors of stored arrays, in the shapes they were stored in. */
export function toTensors(arrays: ReadonlyMap<string, NamedArray> | undefined): Map<string, tf.Tensor> {
  return new Map(
    [...(arrays ?? [])].map(([name, { shape, data }]) => [name, tf.tensor(data.slice(), [...shape], 'float32')]),
  );
}

async function tensorFile(groups: TensorGroups, metadata: Record<string, string>): Promise<Uint8Array<ArrayBuffer>> {
  const arrays = new Map<string, NamedArray>();
  for (const [group, tensors] of Object.entries(groups)) {
    for (const [name, tensor] of tensors) {
      arrays.set(`${group}/${name}`, { shape: tensor.shape, data: Float32Array.from(await tensor.data<'float32'>()) });
    }
  }
  return writeSafetensors(arrays, { metadata });
}

function groupArrays(arrays: ReadonlyMap<string, NamedArray>): ArrayGroups {
  const groups = new Map<string, Map<string, NamedArray>>();
  for (const [path, array] of arrays) {
    const [group] = path.split('/', 1);
    const members = groups.get(group) ?? new Map<string, NamedArray>();
    groups.set(group, members.set(path.slice(group.length + 1), array));
  }
  return Object.fromEntries(groups);
}
