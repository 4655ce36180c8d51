/** What a run tells while it goes on. Plain data: it travels from worker to page as it is. */
import type { EpochMetrics, SplitMetrics } from './metrics.js';

export interface StepProgress {
  readonly kind: 'step';
  /** Steps done, of all, and the epoch under way from 1. */
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly epochs: number;
  /** [kinds, branches]: base losses, then cross losses. */
  readonly losses: readonly (readonly number[])[];
  readonly learningRate: number;
  readonly theta: readonly number[];
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
  /** Of the backend, between steps. */
  readonly memory: { readonly bytes: number; readonly tensors: number };
}

/** The faces of one training step with the weights that cross similarity attention gave their parts in that very step. */
export interface TupleProgress {
  readonly kind: 'tuple';
  readonly step: number;
  readonly faces: readonly {
    readonly id: string;
    readonly label: number;
    readonly mirrored: boolean;
    /** The face as augmented, `[side, side]` luma 0..255; null in quick mode, which sees the stored image or its mirror image. */
    readonly pixels: Uint8ClampedArray | null;
    /** [levels][tokens], each level summing to 1, row by row. */
    readonly attention: readonly (readonly number[])[];
  }[];
  /** Side of `pixels`. */
  readonly side: number;
}

export interface EpochProgress {
  readonly kind: 'epoch';
  readonly metrics: EpochMetrics;
  /** True when its weights are the best so far. */
  readonly best: boolean;
}

export interface PreparingProgress {
  readonly kind: 'preparing';
  /** What is being done. */
  readonly stage: 'tokens' | 'memory' | 'fit' | 'before' | 'after';
  readonly done: number;
  readonly total: number;
}

export interface CheckpointProgress {
  readonly kind: 'checkpoint';
  readonly step: number;
}

export type TrainingProgress = StepProgress | TupleProgress | EpochProgress | PreparingProgress | CheckpointProgress;

export interface LastLayerFit {
  /** Of the tie to the layer that the run began with; null: that layer was kept as it was. */
  readonly strength: number | null;
  /** Whether batch normalisation was brought to the new pictures. */
  readonly adapted: boolean;
  /** What every strength (null: no change) was worth: mean cross-entropy of images that the fit had not seen. */
  readonly losses: readonly { readonly strength: number | null; readonly loss: number }[];
}

export interface TrainingOutcome {
  /** `finished`: all epochs; `early`: no better validation for long enough; `stopped`: by hand. */
  readonly end: 'finished' | 'early' | 'stopped';
  readonly history: readonly EpochMetrics[];
  /**
   * Epoch whose weights were kept: the best on validation, or the last where nothing was held out. 0: no epoch was better than the model that the
   * run began with.
   */
  readonly keptEpoch: number;
  /**
   * On the test split, or where `folds` says so by cross-validation: the model that the run began with (null where its classes say nothing of the
   * run's) and the one it made.
   */
  readonly before: SplitMetrics | null;
  readonly after: SplitMetrics | null;
  /**
   * Folds of a cross-validation over all training and validation images, each read by a fit that had not seen it; null where the figures are of the test
   * split.
   */
  readonly folds: number | null;
  /** How the last layer was fitted; null where something else learned. */
  readonly fit: LastLayerFit | null;
  readonly steps: number;
  /** Seconds of training, pauses not counted. */
  readonly seconds: number;
}
