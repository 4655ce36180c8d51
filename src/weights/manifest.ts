/**
 * The description that lies beside every model's weights: format 1.
 * Written by `npm run schema-types` from schema/manifest.schema.json, which says what each field may hold.
 */

import type { Backbone, Family } from './architectures.js';

/** How the cross similarity attention weighs tokens: similarity and dissimilarity, either alone, or scaled dot products. */
export type CrossAttention = 'SD' | 'S' | 'D' | 'dot';

/** One stage of a backbone: its output channels and how many units it has. */
export interface StageSpec {
  readonly channels: number;
  readonly units: number;
}

/** Dropout in training: compact networks drop the gated class token, published ones the outputs of embedding and perceptrons. */
export interface DropoutRates {
  readonly base: number;
  readonly cross: number;
  /** Published networks: also after the attention's projection (the code for 8 classes). */
  readonly projection?: boolean;
}

/** A network. Defaults are those of a new one; a manifest says what its weights need. */
export interface Architecture {
  readonly family: Family;
  readonly backbone: Backbone;
  /** Channels of the stem; left out where they are the usual ones of the backbone. */
  readonly stem?: number;
  /** Left out likewise; not for backbones of which only the stem may be chosen. */
  readonly stages?: readonly StageSpec[];
  /** Token width D. Not for families without tokens. */
  readonly embedding?: number;
  /** Blocks of the base head (`VIT_base`). */
  readonly depth?: number;
  /** Blocks of the cross head (`VIT_cross`). */
  readonly crossDepth?: number;
  /** No shape tells it. */
  readonly heads?: number;
  /** What the attended values are added to: the normalised tokens or the raw ones. */
  readonly csaResidual?: 'normalised' | 'raw';
  readonly attention?: CrossAttention;
  /** False trains the cross head on the attended tokens alone (ablation). */
  readonly residual?: boolean;
  /** Whether the branches of a tuple share their batch statistics in training. */
  readonly batchNorm?: 'joint' | 'per-branch';
  /** How many outputs of the last layer stand for each class, in the order of the classes; left out where it is one each. */
  readonly outputsPerClass?: readonly number[];
  readonly dropout?: DropoutRates;
}

/** x, y as fractions of the crop's side. */
export type TemplatePoint = readonly [number, number];

/** Where the detector's points go. Default: where they lie in FERPlus crops, medians over 679 training faces. */
export interface AlignmentTemplate {
  readonly rightEye: TemplatePoint;
  readonly leftEye: TemplatePoint;
  readonly nose: TemplatePoint;
  readonly mouth: TemplatePoint;
}

/** How a face becomes the network's input. */
export interface InputSpec {
  /** Side of the square input in pixels, after `stride`. */
  readonly size: number;
  readonly colour: 'luma' | 'rgb';
  /** Of values in 0..1, one a channel; default ImageNet's. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly resize: 'half-pixel' | 'pillow-bilinear';
  /** Aligned crops are brought to this side, and whole images too. */
  readonly resizeTo: number;
  /** Side of the square then cut from the centre. */
  readonly centreCrop: number;
  /** 2: only every second pixel of the crop goes in (the published networks). */
  readonly stride: 1 | 2;
  readonly template: AlignmentTemplate;
}

/** From the logarithms of the probabilities to the shares of ten raters: times `scale`, plus `bias`, softmax. One number a class. */
export interface SharesSpec {
  readonly scale: readonly number[];
  readonly bias: readonly number[];
}

/** The set of plausible classes: those of at least `threshold`, which hold the answer in `coverage` of the faces. */
export interface PlausibleSpec {
  readonly coverage: number;
  readonly threshold: number;
}

/** Doubt grows by `slope` for every unit that a measure of the crop lies beyond `from` (src/reading/doubt.ts). */
export interface DoubtSpec {
  readonly from: number;
  readonly slope: number;
}

/** How a poor crop lowers the confidence: the temperature is multiplied by the exponential of the sum of the doubts. */
export interface QualitySpec {
  readonly blurred: DoubtSpec;
  readonly smooth: DoubtSpec;
  readonly noisy: DoubtSpec;
  readonly covered: DoubtSpec;
  readonly faint: DoubtSpec;
  /** From this sum on the crop is too poor to be read. */
  readonly unclear: number;
}

/** Beyond these a face is not clear, whatever its crop. */
export interface LimitsSpec {
  /** Least side of the crop's square in the picture, px. */
  readonly size: number;
  /** Degrees to either side. */
  readonly yaw: number;
  /** Degrees up or down. */
  readonly pitch: number;
  /** Least share of the lower half of the crop, nose to chin, that lies inside the picture. */
  readonly inside: number;
}

/** What WebAssembly needs to multiply in 8 bits, measured on pictures (src/plan/calibrate.ts). */
export interface Int8Spec {
  /** Least and greatest value that meets a weight, by the weight's name. Products of other weights compute in float32. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  readonly measured?: Int8Measured;
}

/** What 8 bits cost, beside the exact weights in float32: majority rule where there are votes. */
export interface Int8Measured {
  /** Which images: never the test split's. */
  readonly split: string;
  readonly images: number;
  /** Share of right answers, 0 to 1. */
  readonly accuracy: number;
  readonly exactAccuracy: number;
  /** Share of images with the same answer. */
  readonly agreement: number;
}

/** What is said of a face beside its probabilities, fitted on validation. What is left out is not said. */
export interface ReadingSpec {
  readonly shares?: SharesSpec;
  readonly plausible?: PlausibleSpec;
  /** Logit adjustment for rare classes: added to the logarithms of the probabilities where the prior is balanced. One number a class. */
  readonly balance?: readonly number[];
  /** Photos are read as they are and mirrored, and averaged; live, every second frame is mirrored, under the smoothing. */
  readonly mirror?: boolean;
  readonly quality?: QualitySpec;
  readonly limits?: LimitsSpec;
}

/** A head on the tokens behind the network's first block, which says how far muscles of a face are at work, as its teacher would. */
export interface MusclesSpec {
  /** How wide every token is when the head's two layers see them. */
  readonly narrow: number;
  /** Width of the layer between. */
  readonly hidden: number;
  readonly outputs: readonly MuscleOutput[];
  readonly teacher: string;
  readonly measured: MusclesMeasured;
}

/** One output of the head. What has a left and a right side is there for both, or not at all. */
export interface MuscleOutput {
  readonly name: string;
  /** With the teacher's value, on images that nothing was learned from. */
  readonly correlation: number;
}

/** What the correlations were measured on: never the test split. */
export interface MusclesMeasured {
  readonly split: string;
  readonly images: number;
}

export interface ModelFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** How large tensors are stored; int8 as steps, one step a row (src/weights/int8Rows.ts). */
  readonly dtype: 'int8' | 'float16' | 'float32';
  /**
   * `base`: all that inference runs; `compact`: the same once more with less bytes, which recognising downloads; `training`: the
   * modules that only training needs; `muscles`: the head that the manifest's `muscles` describes.
   */
  readonly part: 'base' | 'compact' | 'training' | 'muscles';
}

export interface Manifest {
  readonly format: 1;
  readonly id: string;
  readonly version: string;
  readonly architecture: Architecture;
  readonly classes: readonly string[];
  readonly input: InputSpec;
  /** Logits are divided by it before the softmax. */
  readonly temperature: number;
  readonly files: readonly ModelFile[];
  readonly reading?: ReadingSpec;
  readonly int8?: Int8Spec;
  readonly muscles?: MusclesSpec;
  /** Free: how it was made. */
  readonly training?: Readonly<Record<string, unknown>>;
  /** Free: how good it is. */
  readonly metrics?: Readonly<Record<string, unknown>>;
  readonly licence: string;
  readonly notice?: string;
}
