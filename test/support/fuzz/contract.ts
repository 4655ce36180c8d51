/**
 * The contract of every reader of files (docs/reliability.md): a sound file gives what stands in it; any other gives a result or an error of ours
 * with a code, in bounded time and memory, with nothing of it left behind.
 */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { QcsError } from '../../../src/errors.js';
import { type Mutation, mutation } from './mutations.js';

/** A sound file, and what stands in it. */
export interface Sound<Value> {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly value: Value;
}

export interface Parser<Value> {
  readonly name: string;
  readonly sound: fc.Arbitrary<Sound<Value>>;
  /** Reads a file. A reader that also stores fails with an error of no kind of ours where it leaves a part behind. */
  readonly read: (bytes: Uint8Array<ArrayBuffer>) => Value | Promise<Value>;
  /** Words of the format that mutations put in anywhere. */
  readonly words: readonly string[];
  /** Most bytes that reading may add to the process. */
  readonly memory: number;
}

/** CPU seconds: the machine may be busy with something else. */
export const MOST_SECONDS = 5;
const MEBIBYTE = 2 ** 20;
export const USUAL_MEMORY = 256 * MEBIBYTE;
const MOST_MUTATIONS = 3;

export interface FuzzReport {
  /** Files that nothing was done to, all read right. */
  readonly sound: number;
  /** Damaged files that were read all the same. */
  readonly accepted: number;
  readonly refused: Readonly<Record<string, number>>;
  /** CPU milliseconds of the slowest. */
  readonly slowest: number;
}

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
  /** Told before every input. */
  readonly onInput?: () => void;
}

/**
 * Feeds a parser sound and damaged files.
 * @throws what fast-check makes of the first input that breaks the contract: smallest form, seed and path to it
 */
export async function fuzz<Value>(parser: Parser<Value>, { runs, seed, onInput }: FuzzOptions): Promise<FuzzReport> {
  const refused = new Map<string, number>();
  let [sound, accepted, slowest] = [0, 0, 0];
  const mutations = fc.array(mutation(parser.words), { maxLength: MOST_MUTATIONS });
  const property = fc.asyncProperty(parser.sound, mutations, async (file, changes) => {
    onInput?.();
    const { outcome, milliseconds } = await measured(parser, file, changes);
    slowest = Math.max(slowest, milliseconds);
    if (outcome === 'sound') sound++;
    else if (outcome === 'accepted') accepted++;
    else refused.set(outcome, (refused.get(outcome) ?? 0) + 1);
  });
  await fc.assert(property, { numRuns: runs, seed });
  return { sound, accepted, refused: Object.fromEntries(refused), slowest };
}

async function measured<Value>(
  parser: Parser<Value>,
  file: Sound<Value>,
  changes: readonly Mutation[],
): Promise<{ readonly outcome: string; readonly milliseconds: number }> {
  const given = Uint8Array.from(changes.reduce<Uint8Array>((bytes, change) => change(bytes), file.bytes.slice()));
  const before = given.slice();
  const memory = peakMemory();
  const started = process.cpuUsage();
  const outcome = await outcomeOf(parser, given, changes.length === 0 ? file : undefined);
  const { user, system } = process.cpuUsage(started);
  const milliseconds = (user + system) / 1000;
  if (!isDeepStrictEqual(given, before)) throw new Error('The reader changed what it was given.');
  if (milliseconds > MOST_SECONDS * 1000) throw new Error(`It took ${milliseconds} ms.`);
  const grown = peakMemory() - memory;
  if (grown > parser.memory) throw new Error(`It took ${Math.round(grown / MEBIBYTE)} MiB.`);
  return { outcome, milliseconds };
}

/** `sound`, `accepted`, or the code of a refusal. */
async function outcomeOf<Value>(
  { read }: Parser<Value>,
  bytes: Uint8Array<ArrayBuffer>,
  file: Sound<Value> | undefined,
): Promise<string> {
  let value: Value;
  try {
    value = await read(bytes);
  } catch (error) {
    if (!(error instanceof QcsError)) throw new Error('An error of no kind of ours', { cause: error });
    if (file !== undefined) throw new Error(`A sound file was refused: ${error.message}`, { cause: error });
    return error.code;
  }
  if (file === undefined) return 'accepted';
  if (!isDeepStrictEqual(value, file.value)) {
    throw new Error(`A sound file was read as ${JSON.stringify(value)}, not ${JSON.stringify(file.value)}`);
  }
  return 'sound';
}

/** Bytes that the process ever had at once. */
function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
