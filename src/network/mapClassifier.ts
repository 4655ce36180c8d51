/** Classifiers on a backbone's last map: plain, with average pooling, and with the amend representation module. */
import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../errors.js';
import type { Architecture } from '../weights/manifest.js';
import { amendRepresentation } from './arm.js';
import { classOutputs } from './classOutputs.js';
import type { Context } from './context.js';
import { Definition } from './definition.js';
import { linear } from './layers.js';
import type { Network } from './networkInterface.js';
import type { LastMap, MapBackbone } from './backbones/index.js';

/**
 * Families `arm` and `resnet18`. `size`: side of the square input in pixels, a multiple of the backbone's stride.
 * @throws ModelError `model-architecture`
 */
export function mapClassifier(architecture: Architecture, record: MapBackbone, classes: number, size: number): Network {
  const definition = new Definition('base');
  const backbone = record.build(definition, record.prefix);
  const { input, stride, features } = backbone;
  if (size % stride !== 0) {
    throw new ModelError('model-architecture', `The input's side must be a multiple of ${stride}, not ${size}.`);
  }
  const { length, represent } = representation(definition, architecture.family === 'arm', backbone, size);
  const outputs = classOutputs(architecture, classes);
  const classify = linear(definition, 'fc', length, outputs.count);
  const logits = (context: Context, images: tf.Tensor4D): tf.Tensor2D =>
    outputs.gather(classify(context, represent(context, features(context, images))));
  return {
    architecture,
    classes,
    outputs: classes,
    size,
    branches: 1,
    parameters: definition.parameters,
    definition,
    inputConvolution: input,
    logits,
    forward: (context, images) => ({ base: logits(context, images), cross: null, attention: null }),
    tokenPasses: null,
  };
}

interface Representation {
  readonly length: number;
  /** [batch, side, side, channels] to [batch, length]. */
  readonly represent: (context: Context, features: tf.Tensor4D) => tf.Tensor2D;
}

function representation(
  define: Definition,
  amended: boolean,
  { channels, stride }: LastMap,
  size: number,
): Representation {
  if (!amended) return { length: channels, represent: (_, x) => tf.mean<tf.Tensor2D>(x, [1, 2]) };
  const arm = amendRepresentation(define, 'arm', channels, size / stride);
  return { length: arm.size, represent: (context, x) => arm.representation(context, x) };
}
