/** What a network consists of: its parameters, and which batch normalisations follow which convolutions. */

/** How a parameter starts before any training. */
export type Initial =
  | { readonly kind: 'constant'; readonly value: number }
  /** Normal, cut at two units (PyTorch's `trunc_normal_`, whose cut is so wide that it never matters). */
  | { readonly kind: 'normal'; readonly deviation: number }
  /** Uniform within -bound..bound. */
  | { readonly kind: 'uniform'; readonly bound: number };

/** Which part of a model's files a parameter lies in: all that inference runs, or what only training needs. */
export type ParameterPart = 'base' | 'training';

/** Axes of the tensor against PyTorch's: `convolution` [h, w, in, out], `depthwise` [h, w, channels, 1], `plain` the same. */
export type ParameterLayout = 'convolution' | 'depthwise' | 'plain';

export interface ParameterSpec {
  /** The published name. Other names of files are in schema/tensor-names.json. */
  readonly name: string;
  /** PyTorch's axes, as in files. */
  readonly shape: readonly number[];
  readonly layout: ParameterLayout;
  /** Buffers (running statistics) are moved by the forward pass, not by gradients. */
  readonly role: 'trainable' | 'buffer';
  readonly part: ParameterPart;
  readonly initial: Initial;
  /** A buffer that older files lack and that then starts from `initial`. */
  readonly optional: boolean;
}

/** A convolution without bias and the batch normalisation on its output: one convolution with a bias at inference. */
export interface NormalisedConvolution {
  readonly convolution: string;
  readonly norm: string;
}

export interface ParameterOptions {
  readonly layout?: ParameterLayout;
  readonly role?: 'trainable' | 'buffer';
  readonly optional?: boolean;
}

/**
 * Collects what the layers of a network need while they are put together, so that the parameters and the forward pass come from one
 * definition: every layer function of this folder notes its parameters here and returns its forward function.
 */
export class Definition {
  readonly parameters: ParameterSpec[] = [];
  readonly normalised: NormalisedConvolution[] = [];
  /** Prefixes of linear layers, whose weights inference stores as [in, out]. */
  readonly linear: string[] = [];
  /** Prefixes of joint query, key and value projections, which inference stores apart. */
  readonly attention: { readonly name: string; readonly heads: number }[] = [];
  private readonly part: ParameterPart;

  constructor(part: ParameterPart) {
    this.part = part;
  }

  parameter(name: string, shape: readonly number[], initial: Initial, options: ParameterOptions = {}): void {
    const { layout = 'plain', role = 'trainable', optional = false } = options;
    this.parameters.push({ name, shape, layout, role, part: this.part, initial, optional });
  }
}

export const ZERO: Initial = { kind: 'constant', value: 0 };
export const ONE: Initial = { kind: 'constant', value: 1 };
