/** The description that lies beside every model's weights: format 1. The validator is manifestSchema.ts. */
import type { Backbone, Family } from './architectures.js';

/** How the cross similarity attention weighs tokens: similarity and dissimilarity, either alone, or scaled dot products. */
export type CrossAttention = 'SD' | 'S' | 'D' | 'dot';

/** One stage of a backbone: its output channels and how many units it has. */
export interface StageSpec {
  readonly channels: number;
  readonly units: number;
}

export interface Architecture {
  readonly family: Family;
  readonly backbone: Backbone;
  /** Stem channels and stages; left out where the backbone has but one size. */
  readonly stem?: number;
  readonly stages?: readonly StageSpec[];
  /** Token width D. Not for families without tokens. */
  readonly embedding?: number;
  /** Blocks of the base head (`VIT_base`). */
  readonly depth?: number;
  /** Blocks of the cross head (`VIT_cross`). */
  readonly crossDepth?: number;
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
  /** Dropout rates in training. */
  readonly dropout?: { readonly base: number; readonly cross: number };
}

/** x, y as fractions of the crop's side. */
export type TemplatePoint = readonly [number, number];

export interface AlignmentTemplate {
  readonly rightEye: TemplatePoint;
  readonly leftEye: TemplatePoint;
  readonly nose: TemplatePoint;
  readonly mouth: TemplatePoint;
}

export interface InputSpec {
  /** Side of the square input in pixels, after `stride`. */
  readonly size: number;
  readonly colour: 'luma' | 'rgb';
  /** Of values in 0..1, one a channel. */
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

export interface ModelFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly dtype: 'float16' | 'float32';
  /** `base`: all that inference runs; `training`: the modules that only training needs. */
  readonly part: 'base' | 'training';
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
  readonly training?: Readonly<Record<string, unknown>>;
  readonly metrics?: Readonly<Record<string, unknown>>;
  readonly licence: string;
  readonly notice?: string;
}
