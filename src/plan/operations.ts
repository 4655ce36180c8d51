/** What a graph's nodes may compute. All values are float32, row-major; images are [batch, height, width, channels]. */

export type UnaryFunction = 'erf' | 'exp' | 'gelu' | 'log' | 'relu' | 'rsqrt' | 'sigmoid' | 'square';
export type BinaryFunction = 'add' | 'maximum' | 'multiply' | 'subtract';
export type Reduction = 'max' | 'mean' | 'sum';

/** What a product or a convolution does with its sums, after the bias and before the residual. `prelu` has its slopes as an input. */
export type Activation = 'none' | 'relu' | 'gelu' | 'prelu' | 'sigmoid';

/** A pair of values along height and width. */
export type Pair = readonly [number, number];

/**
 * Inputs by name: `x` [batch, height, width, in], `filter` [height, width, in, out] (depthwise [height, width, channels, 1]); perhaps `bias`,
 * `slopes` (one a channel) and `residual`, of the output's shape, which is added last.
 */
export interface Convolution {
  readonly kind: 'convolution';
  readonly depthwise: boolean;
  readonly strides: Pair;
  /** Zeros above and to the left; how many follow is said by the output's shape. */
  readonly padding: Pair;
  readonly activation: Activation;
}

/** `x` [..., in] by the constant `weight` [in, out]; perhaps `bias`, `slopes` and `residual` as in a convolution. */
export interface Product {
  readonly kind: 'product';
  readonly activation: Activation;
}

/**
 * `x` along its last axis, less its mean and divided by its deviation, and then as in a product. Gain and shift of the normalisation are in
 * `weight` and `bias`.
 */
export interface NormalisedProduct {
  readonly kind: 'normalisedProduct';
  readonly epsilon: number;
  readonly activation: Activation;
}

/**
 * A depthwise convolution of `x` by `filter`, perhaps with `depthwiseBias` and `depthwiseSlopes`, and then a product as above of what it
 * gives, [batch, height, width, channels], by `weight` [channels, out].
 */
export interface SeparableConvolution {
  readonly kind: 'separableConvolution';
  readonly strides: Pair;
  readonly padding: Pair;
  readonly depthwiseActivation: Activation;
  readonly activation: Activation;
}

/** `a` [..., rows, inner] by `b` [..., inner, columns], each perhaps stored with its last two axes exchanged; perhaps `bias` [columns]. */
export interface BatchedProduct {
  readonly kind: 'batchedProduct';
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** `query` [batch, asked, width], scaled already, `key` and `value` [batch, tokens, width], to [batch, asked, width]; heads lie side by side. */
export interface Attention {
  readonly kind: 'attention';
  readonly heads: number;
}

/** `x` along its last axis, with `gain` and `shift`. */
export interface LayerNorm {
  readonly kind: 'layerNorm';
  readonly epsilon: number;
}

/** `x` by the constants `mean` and `variance`, and perhaps `scale` and `shift`, one a channel. */
export interface BatchNorm {
  readonly kind: 'batchNorm';
  readonly epsilon: number;
}

export interface Unary {
  readonly kind: 'unary';
  readonly function: UnaryFunction;
}

/** `a` and `b`; axes of one of them may be 1 or missing at the front, and are then repeated. */
export interface Binary {
  readonly kind: 'binary';
  readonly function: BinaryFunction;
}

/** `max(x, 0) + slopes * min(x, 0)`. */
export interface Prelu {
  readonly kind: 'prelu';
}

/** Along the last axis of `x`. */
export interface Softmax {
  readonly kind: 'softmax';
}

/** Over axes of `x`; whether they stay as 1 is said by the output's shape. */
export interface Reduce {
  readonly kind: 'reduce';
  readonly function: Reduction;
  readonly axes: readonly number[];
}

/** Largest of a square window of `x`; what lies beyond the border does not count. */
export interface MaxPool {
  readonly kind: 'maxPool';
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Pair;
}

export interface Reshape {
  readonly kind: 'reshape';
}

/** The part of `x` that starts at `begin` and has the output's shape. */
export interface Slice {
  readonly kind: 'slice';
  readonly begin: readonly number[];
}

/** Axis i of the output is axis `axes[i]` of `x`. */
export interface Transpose {
  readonly kind: 'transpose';
  readonly axes: readonly number[];
}

/** Inputs `0`, `1` and so on, one after the other along the axis. */
export interface Concatenate {
  readonly kind: 'concatenate';
  readonly axis: number;
}

/** `x` repeated along its axes as often as the output's shape says. */
export interface Tile {
  readonly kind: 'tile';
}

export type Operation =
  | Attention
  | BatchedProduct
  | BatchNorm
  | Binary
  | Concatenate
  | Convolution
  | LayerNorm
  | MaxPool
  | NormalisedProduct
  | Prelu
  | Product
  | Reduce
  | Reshape
  | SeparableConvolution
  | Slice
  | Softmax
  | Tile
  | Transpose
  | Unary;

export type Kind = Operation['kind'];
export type OperationOf<K extends Kind> = Extract<Operation, { readonly kind: K }>;
