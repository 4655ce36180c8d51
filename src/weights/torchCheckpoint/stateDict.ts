/** Finds the parameters in what a checkpoint holds: a bare state_dict, or one beside epoch, optimizer and the trainer's own objects. */
import { STATE_DICT_KEYS, unwrappedName } from '../tensorNames.js';
import { refused } from './problems.js';
import { TensorReference } from './torchObjects.js';
import { OpaqueObject } from './unpickler.js';

/** A configuration has some hundred; a pickle may refer to one of its parts again and again. */
const MOST_CONFIG_VALUES = 2000;

export interface StateDict {
  /** By name, wrapper prefixes removed. */
  readonly tensors: ReadonlyMap<string, TensorReference>;
  /** Names of values that are no tensors, or tensors of a kind that is not read. */
  readonly skipped: readonly string[];
  /** What the trainer kept under `config`, as plain data; undefined where there is nothing. */
  readonly config: unknown;
}

/** @throws ModelError `checkpoint-format` when there are no parameters, or they are a pickled module or shards. */
export function findStateDict(root: unknown): StateDict {
  if (root instanceof OpaqueObject) {
    throw refused(
      `This file holds a whole pickled object${root.type === null ? '' : ` (${root.type.path})`}, not its parameters.`,
      'In PyTorch, run torch.save(model.state_dict(), file).',
    );
  }
  const found = candidates(root).find(holdsTensors);
  if (found === undefined) {
    throw refused(
      'No parameters were found in this checkpoint.',
      'Save them with torch.save(model.state_dict(), file).',
    );
  }
  const tensors = new Map<string, TensorReference>();
  const skipped: string[] = [];
  for (const [key, value] of found) {
    const name = unwrappedName(String(key));
    if (isShard(value)) {
      throw refused('This checkpoint holds one shard of its parameters.', 'Gather the full state_dict and save that.');
    }
    if (!(value instanceof TensorReference)) skipped.push(name);
    else if (tensors.has(name)) throw refused(`This checkpoint holds ${name} twice.`, 'Save the plain state_dict.');
    else tensors.set(name, value);
  }
  return { tensors, skipped, config: root instanceof Map ? plainData(root.get('config')) : undefined };
}

/** Dictionaries as objects; what is no data becomes undefined, and so does the whole when there is too much of it or it holds itself. */
function plainData(value: unknown): unknown {
  let values = 0;
  const room = (more: number): boolean => (values += more) <= MOST_CONFIG_VALUES;
  const convert = (it: unknown): unknown => {
    if (Array.isArray(it)) return room(it.length) ? it.map(convert) : undefined;
    if (!(it instanceof Map)) return typeof it === 'object' && it !== null ? undefined : it;
    if (!room(it.size)) return undefined;
    return Object.fromEntries([...it].map(([key, field]) => [String(key), convert(field)]));
  };
  const data = convert(value);
  return room(0) ? data : undefined;
}

/** Each dictionary once: a pickle may refer to the same one a million times. */
function candidates(root: unknown): Map<unknown, unknown>[] {
  if (!(root instanceof Map)) return [];
  const usual = STATE_DICT_KEYS.map((key): unknown => root.get(key));
  return [...new Set([...usual, root, ...root.values()])].filter((value) => value instanceof Map);
}

function holdsTensors(map: ReadonlyMap<unknown, unknown>): boolean {
  for (const [key, value] of map) {
    if (typeof key === 'string' && (value instanceof TensorReference || isShard(value))) return true;
  }
  return false;
}

function isShard(value: unknown): boolean {
  return value instanceof OpaqueObject && /^torch\.distributed\..*(?:Sharded|DTensor)/.test(value.type?.path ?? '');
}
