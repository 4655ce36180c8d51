/** Runs the cases on one backend, own and stock in turn, so that a busy moment of the machine meets both. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { StartedBackend } from '../../src/gpu/backend.js';
import { median } from '../../src/base/numbers.js';
import { kernelCases, SIZES } from './cases.js';
import type { StockKernels } from './stockKernels.js';

export interface Measurement {
  readonly name: string;
  readonly shape: string;
  /** Median milliseconds. */
  readonly own: number;
  /** null where the backend has no such kernel. */
  readonly stock: number | null;
}

export interface BackendMeasurements {
  readonly backend: string;
  /** What runs, in a sentence: on WebGPU with the adapter's name. */
  readonly reason: string;
  readonly rounds: number;
  readonly measurements: readonly Measurement[];
}

const WARM_UP = 2;

/** @param emulated takes small shapes, as software GPUs are slow; their times say nothing about GPUs. */
export async function measureKernels(
  backend: Pick<StartedBackend, 'name' | 'reason'>,
  stock: StockKernels,
  rounds: number,
  emulated: boolean,
): Promise<BackendMeasurements> {
  const measurements: Measurement[] = [];
  for (const { name, shape, own, stock: other } of kernelCases(stock, emulated ? SIZES.small : SIZES.full)) {
    const times: { own: number[]; stock: number[] } = { own: [], stock: [] };
    for (let round = -WARM_UP; round < rounds; round++) {
      const ownTime = await time(own);
      const stockTime = other === null ? null : await time(other);
      if (round < 0) continue;
      times.own.push(ownTime);
      if (stockTime !== null) times.stock.push(stockTime);
    }
    measurements.push({ name, shape, own: median(times.own), stock: other === null ? null : median(times.stock) });
  }
  return { backend: backend.name, reason: backend.reason, rounds, measurements };
}

/** Reads one value of what came last: a GPU's queue has then done everything before it, too. */
async function time(run: () => Tensor): Promise<number> {
  const began = performance.now();
  const value = tf.tidy(() => tf.slice(tf.reshape(run(), [-1]), 0, 1));
  await value.data();
  const milliseconds = performance.now() - began;
  value.dispose();
  return milliseconds;
}
