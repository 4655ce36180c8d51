/** From an architecture to its network: parameters and forward pass of one definition. */
import type * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../errors.js';
import type { Architecture } from '../weights/manifest.js';
import type { Context } from './context.js';
import { Definition, type ParameterSpec } from './definition.js';
import { mobileFaceNet } from './mobilefacenet.js';
import { compactPyramid } from './pyramid.js';
import { transformerHead } from './transformer.js';

export interface Network {
  readonly architecture: Architecture;
  readonly classes: number;
  /** Of the base branch, then of the training-only modules. */
  readonly parameters: readonly ParameterSpec[];
  /** The base branch's. */
  readonly definition: Definition;
  /** The convolution that sees the image. */
  readonly inputConvolution: string;
  /** Images [batch, side, side, 3] through the base branch to logits [batch, classes]. */
  logits(context: Context, images: tf.Tensor4D): tf.Tensor2D;
}

const COMPACT_TOKENS = 147;

/**
 * The network of an architecture.
 * @throws ModelError `model-architecture` for a combination that does not exist.
 */
export function createNetwork(architecture: Architecture, classes: number): Network {
  const { embedding, depth, heads } = architecture;
  if (architecture.backbone !== 'mobilefacenet' || !embedding || !depth || !heads) {
    throw new ModelError('model-architecture', `There is no ${architecture.family} on ${architecture.backbone}.`);
  }
  const definition = new Definition('base');
  const backbone = mobileFaceNet(definition, 'backbone');
  const pyramid = compactPyramid(definition, backbone, embedding);
  const head = transformerHead(definition, 'VIT_base', {
    width: embedding,
    depth,
    heads,
    classes,
    tokens: COMPACT_TOKENS,
    dropout: { blocks: 0, projection: 0, gated: 0 },
  });
  return {
    architecture,
    classes,
    parameters: definition.parameters,
    definition,
    inputConvolution: backbone.input,
    logits: (context, images) => head.logits(context, pyramid(context, images)),
  };
}
