/** Seeded random numbers for tests: the same on every machine. */

/** Uniform in 0..1 (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** `size` float32 values, uniform in -1..1, times `scale`, plus `offset`. */
export function values(random: () => number, size: number, scale = 1, offset = 0): Float32Array {
  return Float32Array.from({ length: size }, () => (2 * random() - 1) * scale + offset);
}

/** A whole number from `low` to `high`, both included. */
export function whole(random: () => number, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}
