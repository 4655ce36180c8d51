/** What a backbone is to the rest of the project. Each has one record in a file of its own; index.ts lists them. */
import type { Architecture, InputSpec } from '../../weights/manifest.js';
import type { Shapes } from '../../weights/tensorNames.js';
import type { Definition } from '../definition.js';
import type { ImageLayer } from '../layers.js';
import type { LevelMaps, TokenLayout } from '../pyramid.js';

/** What an architecture says of a backbone that comes in several sizes. */
export type BackboneSizes = Pick<Architecture, 'stem' | 'stages'>;

/** The last map of features. */
export interface LastMap {
  /** The convolution that sees the image. */
  readonly input: string;
  readonly channels: number;
  /** The image's side over the map's. */
  readonly stride: number;
  /** Normalised images [batch, side, side, 3] to [batch, side / stride, side / stride, channels]. */
  readonly features: ImageLayer;
}

interface BackboneBasics {
  /** Under which its parameters are named. */
  readonly prefix: string;
  /**
   * The sizes of this backbone in a file of parameters, an empty object where it has but one size; null when the file holds another.
   * @param tensors under their canonical names (other names of files: schema/tensor-names.json)
   * @throws ModelError `model-architecture` when it is this backbone and incomplete
   */
  recognize(tensors: Shapes): BackboneSizes | null;
  /** How faces are prepared for it where nobody says otherwise. */
  readonly input: Omit<InputSpec, 'mean' | 'std' | 'template'>;
  /** Whether the published settings (presets) are of networks on it. */
  readonly published: boolean;
  /** What files of weights do not tell and no preset says. */
  readonly defaults: Pick<Architecture, 'batchNorm' | 'csaResidual' | 'dropout'>;
}

/** Under QCS, DCS and their base branch. */
export interface LevelsBackbone extends BackboneBasics {
  readonly gives: 'levels';
  readonly layout: TokenLayout;
  /** Notes its parameters, named from `prefix`. Throws ModelError `model-architecture` for sizes that it cannot have. */
  build(define: Definition, prefix: string, sizes: BackboneSizes): LevelMaps;
}

/** Under ARM and average pooling. */
export interface MapBackbone extends BackboneBasics {
  readonly gives: 'map';
  /** Notes its parameters, named from `prefix`. */
  build(define: Definition, prefix: string): LastMap;
}

export type BackboneRecord = LevelsBackbone | MapBackbone;
