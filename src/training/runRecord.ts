/** What is known of how a model was made: enough for its manifest and its card. */
import type { Manifest } from '../weights/manifest.js';
import type { TrainingConfig } from './config.js';
import type { TrainingOutcome } from './progress.js';
import type { SplitSamples } from './data/samples.js';

export interface RunRecord {
  readonly id: string;
  readonly config: TrainingConfig;
  /** The model that the run began with. */
  readonly from: Manifest;
  readonly samples: SplitSamples;
  readonly outcome: TrainingOutcome;
  /** Where it was trained, for people: "WebAssembly", for example. */
  readonly device: string;
}

/** Images by split, then by class. */
export type SplitCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

export function countSplits(samples: SplitSamples, classes: readonly string[]): SplitCounts {
  return Object.fromEntries(
    Object.entries(samples).map(([split, list]) => [
      split,
      Object.fromEntries(classes.map((name, label) => [name, list.filter((sample) => sample.label === label).length])),
    ]),
  );
}
