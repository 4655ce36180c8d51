/** Running sums of an epoch: losses and how many images the base branch got right. */
import type { BranchCount } from '../network/network.js';
import type { RunningEpoch } from './checkpoint.js';
import { countRight } from './metrics.js';
import type { Tuple } from './data/sampler.js';
import type { TrainingSample } from './data/samples.js';
import type { StepResult } from './step/stepper.js';

export const NO_EPOCH: RunningEpoch = { losses: [], steps: 0, right: 0, seen: 0 };

/** The sums with one more step. */
export function addStep(
  sums: RunningEpoch,
  result: StepResult,
  step: {
    readonly tuples: readonly Tuple[];
    readonly microBatch: number;
    readonly branches: BranchCount;
    readonly samples: readonly TrainingSample[];
  },
): RunningEpoch {
  let { right, seen } = sums;
  for (const [micro, logits] of result.logits.entries()) {
    const chunk = step.tuples.slice(micro * step.microBatch, (micro + 1) * step.microBatch);
    const labels = Array.from({ length: step.branches }, (_, branch) =>
      chunk.map((tuple) => step.samples[tuple[branch].index].label),
    ).flat();
    right += countRight(logits, labels);
    seen += labels.length;
  }
  const losses = result.losses.map((row, kind) => row.map((loss, branch) => loss + (sums.losses[kind]?.[branch] ?? 0)));
  return { losses, steps: sums.steps + 1, right, seen };
}

/** Means of the epoch: losses [kinds, branches] and the accuracy, 0..1. */
export function epochMeans({ losses, steps, right, seen }: RunningEpoch): {
  readonly losses: readonly (readonly number[])[];
  readonly trainAccuracy: number;
} {
  return { losses: losses.map((row) => row.map((sum) => sum / steps)), trainAccuracy: right / seen };
}
