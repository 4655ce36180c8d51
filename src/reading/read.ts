/** From one face's probabilities to all that is said of it beside them. */
import type { Manifest } from '../weights/manifest.js';
import { plausibleClasses } from './plausible.js';
import { unbalanced, type Prior } from './prior.js';
import { sharesOf } from './shares.js';

export interface FaceReading {
  /** The share of ten raters who would name each class, by name, sum 1; absent where the model does not know. */
  readonly shares?: Readonly<Record<string, number>>;
  /** The smallest group of classes that holds the answer of most raters in nine of ten faces, the likeliest first; absent where the model does not know. */
  readonly plausible?: readonly string[];
}

/**
 * Shares and plausible classes. They answer for raters, and so are the same under every prior.
 *
 * @param probabilities in the order of the manifest's classes, under `prior`, perhaps smoothed over time
 */
export function readFace(
  probabilities: ArrayLike<number>,
  { classes, reading = {} }: Pick<Manifest, 'classes' | 'reading'>,
  prior: Prior,
): FaceReading {
  const { shares, plausible, balance } = reading;
  const trained = prior === 'balanced' && balance !== undefined ? unbalanced(probabilities, balance) : probabilities;
  return {
    ...(shares === undefined ? {} : { shares: byName(classes, sharesOf(trained, shares)) }),
    ...(plausible === undefined
      ? {}
      : { plausible: plausibleClasses(trained, plausible).map((index) => classes[index]) }),
  };
}

function byName(classes: readonly string[], values: ArrayLike<number>): Readonly<Record<string, number>> {
  return Object.fromEntries(classes.map((name, index) => [name, values[index]]));
}
