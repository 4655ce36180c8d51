/**
 * A model that answers with its embedding: what its last layer sees. The last layer becomes the identity, so that whatever computes logits computes
 * the embedding as it is, and {@link outputsOf} gives the model's own answers from it.
 */
import { ModelError } from '../errors.js';
import type { Manifest } from '../weights/manifest.js';
import type { NamedArray, NamedArrays } from '../weights/namedArray.js';

/** The last layers of the families, by name. */
const LAST_LAYERS = ['VIT_base.head.linear', 'fc'] as const;

export interface LastLayer {
  /** `[outputs, width]`, in PyTorch's axes. */
  readonly weight: NamedArray;
  /** `[outputs]` */
  readonly bias: NamedArray;
}

export interface EmbeddingModel {
  /** Its classes are the embedding's dimensions. */
  readonly manifest: Manifest;
  readonly arrays: NamedArrays;
}

/** @throws ModelError `model-parameters` for a model without a last layer */
export function embeddingModel(manifest: Manifest, arrays: NamedArrays): EmbeddingModel {
  const name = lastLayerName(arrays);
  const width = arrays.get(`${name}.weight`)!.shape[1];
  const identity = new Float32Array(width * width);
  for (let at = 0; at < width; at++) identity[at * width + at] = 1;
  const { outputsPerClass: _outputs, ...architecture } = manifest.architecture;
  const { int8: _ranges, ...rest } = manifest;
  return {
    manifest: { ...rest, architecture, classes: Array.from({ length: width }, (_, at) => `dimension ${at}`) },
    arrays: new Map([
      ...arrays,
      [`${name}.weight`, { shape: [width, width], data: identity }],
      [`${name}.bias`, { shape: [width], data: new Float32Array(width) }],
    ]),
  };
}

/** @throws ModelError `model-parameters` for a model without one */
export function lastLayer(arrays: NamedArrays): LastLayer {
  const name = lastLayerName(arrays);
  return { weight: arrays.get(`${name}.weight`)!, bias: arrays.get(`${name}.bias`)! };
}

/** What the layer gives for one embedding. */
export function outputsOf({ weight, bias }: LastLayer, embedding: ArrayLike<number>): Float32Array {
  const [outputs, width] = weight.shape;
  return Float32Array.from({ length: outputs }, (_, output) => {
    let sum = bias.data[output];
    for (let at = 0; at < width; at++) sum += weight.data[output * width + at] * embedding[at];
    return sum;
  });
}

function lastLayerName(arrays: NamedArrays): string {
  const name = LAST_LAYERS.find((layer) => arrays.has(`${layer}.weight`) && arrays.has(`${layer}.bias`));
  if (name !== undefined) return name;
  throw new ModelError('model-parameters', 'The model has no last layer. Download it again.');
}
