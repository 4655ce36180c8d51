/**
 * IR-50 without its last stage and output layer (ArcFace's improved residual network; Deng et al., 2019): the backbone of the published
 * networks.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StageSpec } from '../../weights/manifest.js';
import type { Definition } from '../definition.js';
import { batchNorm, convolution, everySecondPixel, type ImageLayer, normalisedConvolution } from '../layers.js';
import type { Backbone } from '../pyramid.js';

export const IR50_STEM = 64;
export const IR50_STAGES: readonly StageSpec[] = [
  { channels: 64, units: 3 },
  { channels: 128, units: 4 },
  { channels: 256, units: 14 },
];

/** A half, a quarter and an eighth of the image's side: 56, 28 and 14 pixels of 112. */
export function ir50(
  define: Definition,
  name: string,
  stem: number,
  stages: readonly [StageSpec, StageSpec, StageSpec],
): Backbone {
  const input = `${name}.input_layer.0`;
  const start = normalisedConvolution(define, input, `${name}.input_layer.1`, {
    inputs: 3,
    outputs: stem,
    kernel: 3,
    activation: 'prelu',
    slopes: `${name}.input_layer.2.weight`,
  });
  let channels = stem;
  const bodies = stages.map(({ channels: outputs, units }, stage) =>
    Array.from({ length: units }, (_, unit) => {
      const layer = improvedResidual(define, `${name}.body${stage + 1}.${unit}`, channels, outputs, unit === 0 ? 2 : 1);
      channels = outputs;
      return layer;
    }),
  );
  return {
    input,
    levelChannels: [stages[0].channels, stages[1].channels, stages[2].channels],
    levels: (context, images) => {
      let x = start(context, images);
      const [first, second, third] = bodies.map((units) => (x = units.reduce((y, unit) => unit(context, y), x)));
      return [first, second, third];
    },
  };
}

/** BN, conv3x3, PReLU, conv3x3 with the stride, BN; plus the input, or its 1x1 convolution where the channels change. */
function improvedResidual(
  define: Definition,
  name: string,
  inputs: number,
  outputs: number,
  stride: 1 | 2,
): ImageLayer {
  const shortcut = shortcutLayer(define, `${name}.shortcut_layer`, inputs, outputs, stride);
  const before = batchNorm(define, `${name}.res_layer.0`, inputs);
  const first = convolution(define, `${name}.res_layer.1`, {
    inputs,
    outputs,
    kernel: 3,
    bias: false,
    activation: 'prelu',
    slopes: `${name}.res_layer.2.weight`,
  });
  const second = normalisedConvolution(define, `${name}.res_layer.3`, `${name}.res_layer.4`, {
    inputs: outputs,
    outputs,
    kernel: 3,
    stride,
  });
  return (context, x) => tf.add(second(context, first(context, before(context, x))), shortcut(context, x));
}

function shortcutLayer(define: Definition, name: string, inputs: number, outputs: number, stride: 1 | 2): ImageLayer {
  if (inputs !== outputs) {
    return normalisedConvolution(define, `${name}.0`, `${name}.1`, { inputs, outputs, kernel: 1, stride });
  }
  return stride === 1 ? (_, x) => x : (_, x) => everySecondPixel(x);
}
