/** ResNet-18 (He et al., 2016) up to its last feature map, under torchvision's names. */
import * as tf from '@tensorflow/tfjs-core';
import type { Definition } from '../definition.js';
import { type ImageLayer, maxPool3x3, normalisedConvolution } from '../layers.js';
import type { LastMap, MapBackbone } from './backbone.js';

const STEM_CHANNELS = 64;
const STAGE_CHANNELS = [64, 128, 256, 512] as const;
const STAGE_UNITS = 2;
/** The image's side over the feature map's. */
const STRIDE = 32;

export const resnet18: MapBackbone = {
  gives: 'map',
  prefix: 'features',
  build,
  recognize: (tensors) => (tensors.has('features.layer4.1.conv2.weight') ? {} : null),
  input: { size: 224, colour: 'rgb', resize: 'pillow-bilinear', resizeTo: 224, centreCrop: 224, stride: 1 },
  published: true,
  defaults: {},
};

function build(define: Definition, name: string): LastMap {
  const input = `${name}.conv1`;
  const stem = normalisedConvolution(define, input, `${name}.bn1`, {
    inputs: 3,
    outputs: STEM_CHANNELS,
    kernel: 7,
    stride: 2,
    activation: 'relu',
  });
  const units: ImageLayer[] = [];
  let inputs: number = STEM_CHANNELS;
  for (const [stage, outputs] of STAGE_CHANNELS.entries()) {
    for (let unit = 0; unit < STAGE_UNITS; unit++) {
      const stride = stage > 0 && unit === 0 ? 2 : 1;
      units.push(basicBlock(define, `${name}.layer${stage + 1}.${unit}`, inputs, outputs, stride));
      inputs = outputs;
    }
  }
  return {
    input,
    channels: inputs,
    stride: STRIDE,
    features: (context, images) =>
      units.reduce((x, unit) => unit(context, x), maxPool3x3(context, stem(context, images))),
  };
}

function basicBlock(define: Definition, name: string, inputs: number, outputs: number, stride: number): ImageLayer {
  const first = normalisedConvolution(define, `${name}.conv1`, `${name}.bn1`, {
    inputs,
    outputs,
    kernel: 3,
    stride,
    activation: 'relu',
  });
  const second = normalisedConvolution(define, `${name}.conv2`, `${name}.bn2`, { inputs: outputs, outputs, kernel: 3 });
  const shortcut: ImageLayer =
    stride === 1 && inputs === outputs
      ? (_, x) => x
      : normalisedConvolution(define, `${name}.downsample.0`, `${name}.downsample.1`, {
          inputs,
          outputs,
          kernel: 1,
          stride,
        });
  return (context, x) => tf.relu(tf.add(second(context, first(context, x)), shortcut(context, x)));
}
