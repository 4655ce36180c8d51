/**
 * Fine-tuning in the page and from the command line; the defaults of its two modes are in fine-tuning.json.
 * Written by `npm run schema-types` from schema/fine-tuning.schema.json, which says what each field may hold.
 */

import type { Family } from '../weights/architectures.js';
import type { DropoutRates } from '../weights/manifest.js';

/**
 * `quick`: backbone and token convolutions stay as they are, only heads and cross similarity attention train, on cached tokens.
 * `full`: everything trains.
 */
export type TrainingMode = 'quick' | 'full';

/**
 * `q0`: every image once an epoch as anchor; negatives from all images with another label. `q1`: anchor's class, then negative's
 * class drawn uniformly. `balanced`: every class equally often as anchor, its images in turn; negatives as in q1. `mrr`: minimal
 * random resampling, an epoch draws from every class as many images as the smallest has.
 */
export type SamplerName = 'q0' | 'q1' | 'balanced' | 'mrr';

/**
 * Exponential: the rate times `factor` after every epoch. Cosine: rises over `warmupSteps`, then falls to `final` times the rate at
 * the last step.
 */
export type ScheduleConfig =
  | {
      readonly kind: 'constant';
    }
  | {
      readonly kind: 'exponential';
      readonly factor: number;
    }
  | {
      readonly kind: 'cosine';
      readonly warmupSteps: number;
      readonly final: number;
    };

export interface AugmentationConfig {
  /** Probability of a mirror image. */
  readonly flip: number;
  /** Largest angle, degrees. */
  readonly rotation: number;
  /** Largest change of size, fraction. */
  readonly scale: number;
  /** Largest displacement, fraction of the side. */
  readonly shift: number;
  /** Largest change, fraction. */
  readonly brightness: number;
  readonly contrast: number;
  /** Erased pixels get the model's mean. */
  readonly erasing: {
    readonly probability: number;
    /** From and to, parts of the picture. */
    readonly area: readonly [number, number];
  };
}

export interface TrainingConfig {
  readonly family: Family;
  readonly mode: TrainingMode;
  /**
   * What quick mode trains. `last`: the last layer alone, by its optimum, tied to the model that the run began with as strongly as
   * cross-validation prefers. `heads`: transformer heads and cross similarity attention, step by step. Null chooses `last` for the
   * family `base` and `heads` for the others. Full mode trains everything and wants null.
   */
  readonly layers: 'last' | 'heads' | null;
  /** Each class with the data set's labels that belong to it. Samples of other labels are left out. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
  readonly seed: number;
  readonly epochs: number;
  /**
   * What an epoch counts. `anchors`: as many anchors as the sampler has images, whatever is drawn beside them, as in the published
   * recipes. `images`: as many images in all, so that pairs and fours take about as long as single images do.
   */
  readonly epochOf: 'anchors' | 'images';
  /** Tuples (anchors) a step; null: as many as make 16 images. */
  readonly batchSize: number | null;
  /** Tuples that are on the device at once; null lets the memory estimate choose. */
  readonly microBatch: number | null;
  readonly sampler: SamplerName;
  readonly optimizer: 'adam' | 'adamw';
  /** Null lets the mode choose. */
  readonly learningRate: number | null;
  /** The backbone's and the token convolutions' rate as a part of `learningRate`; 0 freezes them. */
  readonly backboneFactor: number;
  /** On matrices and kernels only, never on biases and normalisations. */
  readonly weightDecay: number;
  /** Radius of sharpness-aware minimisation; 0 for none. */
  readonly sam: number;
  readonly schedule: ScheduleConfig;
  /** Largest gradient norm; 0 for no limit. */
  readonly clip: number;
  readonly dropout: DropoutRates;
  readonly augmentation: AugmentationConfig;
  /** Train on votes where the data set has them. */
  readonly softLabels: boolean;
  /** Decay of the moving average of the weights, which is then what is measured and kept; 0 for none. */
  readonly ema: number;
  /** Epochs without a better validation loss after which training ends; 0 for never. */
  readonly patience: number;
  /** Whichever comes first; 0 for never. */
  readonly checkpoint: {
    readonly steps: number;
    readonly seconds: number;
  };
}
