/** What every run of fine-tuning offers, whatever learns in it. */
import type { NamedArray } from '../weights/namedArray.js';
import type { TrainingOutcome } from './progress.js';
import type { StartingModel } from './startingModel.js';

/** What a run made, to be exported. */
export interface TrainedModel {
  readonly start: StartingModel;
  /** All parameters of the network, in PyTorch's axes, as they are to be kept. */
  arrays(): Promise<ReadonlyMap<string, NamedArray>>;
}

export interface TrainingRun {
  /** Trains to the end, keeps the best weights and measures them. */
  run(): Promise<TrainingOutcome>;
  pause(): void;
  resume(): void;
  /** Ends early; what was learned is kept. */
  stop(): void;
  /** Gives the run up where it stands. */
  abandon(): void;
  dispose(): void;
  readonly trained: TrainedModel;
}
