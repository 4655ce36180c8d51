/** ResNet-18 classifiers: plain, with average pooling, and with the amend representation module. */
import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../errors.js';
import type { Architecture } from '../weights/manifest.js';
import { amendRepresentation } from './arm.js';
import { classOutputs } from './classOutputs.js';
import type { Context } from './context.js';
import { Definition } from './definition.js';
import { linear } from './layers.js';
import type { Network } from './networkInterface.js';
import { RESNET18_CHANNELS, RESNET18_STRIDE, resnet18 } from './backbones/resnet18.js';

/**
 * Families `arm` and `resnet18`. `size`: side of the square input in pixels, a multiple of 32.
 * @throws ModelError `model-architecture`
 */
export function resnetClassifier(architecture: Architecture, classes: number, size: number): Network {
  if (size % RESNET18_STRIDE !== 0) {
    throw new ModelError(
      'model-architecture',
      `The input's side must be a multiple of ${RESNET18_STRIDE}, not ${size}.`,
    );
  }
  const definition = new Definition('base');
  const { input, features } = resnet18(definition, 'features');
  const { length, represent } = representation(definition, architecture.family === 'arm', size / RESNET18_STRIDE);
  const outputs = classOutputs(architecture, classes);
  const classify = linear(definition, 'fc', length, outputs.count);
  const logits = (context: Context, images: tf.Tensor4D): tf.Tensor2D =>
    outputs.gather(classify(context, represent(context, features(context, images))));
  return {
    architecture,
    classes,
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
  /** [batch, side, side, 512] to [batch, length]. */
  readonly represent: (context: Context, features: tf.Tensor4D) => tf.Tensor2D;
}

function representation(define: Definition, amended: boolean, side: number): Representation {
  if (!amended) return { length: RESNET18_CHANNELS, represent: (_, x) => tf.mean<tf.Tensor2D>(x, [1, 2]) };
  const arm = amendRepresentation(define, 'arm', side);
  return { length: arm.size, represent: (context, x) => arm.representation(context, x) };
}
