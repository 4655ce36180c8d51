/** Seeded random numbers for tests: the same on every machine. */
import { Random } from '../../../src/base/random.js';

/** Uniform in 0..1. */
export function generator(seed: number): () => number {
  const random = new Random(seed);
  return () => random.next();
}

/** `size` float32 values, uniform in -1..1, times `scale`, plus `offset`. */
export function values(random: () => number, size: number, scale = 1, offset = 0): Float32Array {
  return Float32Array.from({ length: size }, () => (2 * random() - 1) * scale + offset);
}

/** A whole number from `low` to `high`, both included. */
export function whole(random: () => number, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}
