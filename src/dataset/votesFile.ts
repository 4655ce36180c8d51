/** `votes.json` beside the list of an export: several people's votes on its images. */
import { MAXIMUM_CLASSES } from '../base/limits.js';
import { TrainingError } from '../errors.js';
import type { SoftLabel } from './sample.js';

/** How far the shares of an image may be from 1 in sum: figures of two decimals, over many classes. */
const ROUNDING = 0.02;

/**
 * The votes by the path of each image.
 * @param value the parsed file: an object of paths, each with an object of shares by class
 * @throws TrainingError `data-format` that names the image whose votes are no shares of 0 to 1 that make 1 together
 */
export function readVotes(value: unknown): ReadonlyMap<string, SoftLabel> {
  if (!isRecord(value)) throw wrong('votes.json is no object of images by their path');
  return new Map(Object.entries(value).map(([path, votes]) => [path, softLabel(path, votes)]));
}

function softLabel(path: string, votes: unknown): SoftLabel {
  const where = `votes.json, ${JSON.stringify(path)}`;
  if (!isRecord(votes)) throw wrong(`${where}: the votes are no object of shares by class`);
  const shares = Object.entries(votes);
  if (shares.length > MAXIMUM_CLASSES) throw wrong(`${where}: there are more than ${MAXIMUM_CLASSES} classes`);
  let sum = 0;
  for (const [name, share] of shares) {
    if (typeof share !== 'number' || !(share >= 0 && share <= 1)) {
      throw wrong(`${where}: the share of ${JSON.stringify(name)} is no number from 0 to 1`);
    }
    sum += share;
  }
  if (Math.abs(sum - 1) > ROUNDING) throw wrong(`${where}: the shares make ${sum.toFixed(3)}, not 1`);
  return Object.fromEntries(shares.map(([name, share]) => [name, Number(share)]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(problem: string): TrainingError {
  return new TrainingError('data-format', `${problem}. Export the data set again, or leave votes.json out.`);
}
