/**
 * How a person's own resting face might be taken off later readings: by a shift of the logits. A shift of what the last layer reads is the same, since
 * that layer is linear.
 */
import { mean } from '../../src/base/numbers.js';
import { argmax, softmax } from '../../src/base/softmax.js';

export interface Reading {
  /** Seconds. */
  readonly time: number;
  /** In the order of the classes. */
  readonly probabilities: readonly number[];
}

/** Logits up to a constant that all classes share. */
type Logits = readonly number[];
/** What is added to logits, a number a class. */
export type Shift = readonly number[];

const LEAST = 1e-6;

export function logitsOf({ probabilities }: Reading): Logits {
  return probabilities.map((value) => Math.log(Math.max(value, LEAST)));
}

export function meanLogits(readings: readonly Reading[]): Logits {
  const rows = readings.map(logitsOf);
  return rows[0].map((_, index) => mean(rows.map((row) => row[index])));
}

/** Ways to a shift: from the mean logits of a person at rest and of many people's neutral faces. */
export const SHIFTS: Readonly<Record<string, (rest: Logits, neutral: Logits, column: number) => Shift>> = {
  none: (rest) => rest.map(() => 0),
  'all classes': (rest, neutral) => rest.map((value, index) => neutral[index] - value),
  'all classes, half': (rest, neutral) => rest.map((value, index) => (neutral[index] - value) / 2),
  // Raises neutral over the strongest other class as far as it is over it in other people; never lowers it.
  'neutral alone': (rest, neutral, column) => {
    const lead = (row: Logits) => row[column] - Math.max(...row.filter((_, index) => index !== column));
    const raise = Math.max(0, lead(neutral) - lead(rest));
    return rest.map((_, index) => (index === column ? raise : 0));
  },
};

export function shifted(reading: Reading, shift: Shift): Reading {
  const logits = logitsOf(reading).map((value, index) => value + shift[index]);
  return { ...reading, probabilities: [...softmax(logits, 1)] };
}

export function classOf({ probabilities }: Reading): number {
  return argmax(probabilities);
}

/** The share of readings that are another class than this one. */
export function shareOfOthers(readings: readonly Reading[], column: number): number {
  return mean(readings.map((reading) => Number(classOf(reading) !== column)));
}
