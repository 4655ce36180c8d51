/** How often TensorFlow.js calls kernels, and how much they write. */
import * as tf from '@tensorflow/tfjs-core';

const SHOWN = 8;

export interface KernelCounts {
  readonly kernels: number;
  readonly mostFrequent: Readonly<Record<string, number>>;
  readonly writtenMegabytes: number;
}

/** As `tf.profile` counts, for work that is not over at once. */
export async function countKernels(work: () => Promise<unknown>): Promise<KernelCounts> {
  const { state } = tf.engine();
  const profile: NonNullable<typeof state.activeProfile> = {
    newBytes: 0,
    newTensors: 0,
    peakBytes: 0,
    kernels: [],
    result: [],
    kernelNames: [],
  };
  state.activeProfile = profile;
  state.profiling = true;
  try {
    await work();
  } finally {
    state.profiling = false;
  }
  const calls = profile.kernels;
  const counts = new Map<string, number>();
  for (const { name } of calls) counts.set(name, (counts.get(name) ?? 0) + 1);
  const frequent = [...counts].toSorted((first, second) => second[1] - first[1]).slice(0, SHOWN);
  return {
    kernels: calls.length,
    mostFrequent: Object.fromEntries(frequent),
    writtenMegabytes: calls.reduce((sum, { bytesAdded }) => sum + bytesAdded, 0) / 1e6,
  };
}
