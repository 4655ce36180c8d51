/** Packs buffers that live for a while into one piece of memory. */

export interface Lifetime {
  readonly size: number;
  /** The first and the last turn in which the buffer is in use. */
  readonly first: number;
  readonly last: number;
}

/** Offsets and sizes are multiples of this many values: a cache line of 64 bytes. */
const ALIGNMENT = 16;

export interface Arena {
  /** Of each buffer, in values. */
  readonly offsets: readonly number[];
  readonly size: number;
}

/**
 * The largest first, each at the lowest place where nothing that lives at the same time lies (greedy by size; Pisarchyk and Lee, Efficient
 * Memory Management for Deep Neural Net Inference, 2020).
 */
export function packLifetimes(lifetimes: readonly Lifetime[]): Arena {
  const offsets = lifetimes.map(() => 0);
  const placed: number[] = [];
  let size = 0;
  const largestFirst = lifetimes.map((_, index) => index).sort((a, b) => lifetimes[b].size - lifetimes[a].size);
  for (const index of largestFirst) {
    const { first, last } = lifetimes[index];
    const length = Math.ceil(lifetimes[index].size / ALIGNMENT) * ALIGNMENT;
    const others = placed
      .filter((other) => lifetimes[other].first <= last && lifetimes[other].last >= first)
      .sort((a, b) => offsets[a] - offsets[b]);
    let offset = 0;
    for (const other of others) {
      if (offset + length <= offsets[other]) break;
      const end = offsets[other] + Math.ceil(lifetimes[other].size / ALIGNMENT) * ALIGNMENT;
      offset = Math.max(offset, end);
    }
    offsets[index] = offset;
    placed.push(index);
    size = Math.max(size, offset + length);
  }
  return { offsets, size };
}
