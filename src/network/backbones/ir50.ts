/**
 * IR-50 without its last stage and output layer (ArcFace's improved residual network; Deng et al., 2019): the backbone of the published
 * networks.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StageSpec } from '../../weights/manifest.js';
import type { Shapes } from '../../weights/tensorNames.js';
import type { Definition } from '../definition.js';
import { batchNorm, convolution, everySecondPixel, type ImageLayer, normalisedConvolution } from '../layers.js';
import { type LevelMaps, PUBLISHED_TOKENS } from '../pyramid.js';
import type { BackboneSizes, LevelsBackbone } from './backbone.js';
import { stagedLevels, stagesOf, type UnitOf } from './stages.js';

const STAGES: readonly StageSpec[] = [
  { channels: 64, units: 3 },
  { channels: 128, units: 4 },
  { channels: 256, units: 14 },
];

export const ir50: LevelsBackbone = {
  gives: 'levels',
  prefix: 'ir_back',
  layout: PUBLISHED_TOKENS,
  build,
  recognize,
  input: { size: 112, colour: 'rgb', resize: 'pillow-bilinear', resizeTo: 224, centreCrop: 224, stride: 2 },
  published: true,
  defaults: { batchNorm: 'per-branch' },
};

/** A half, a quarter and an eighth of the image's side: 56, 28 and 14 pixels of 112. */
function build(define: Definition, name: string, { stem: chosen, stages = STAGES }: BackboneSizes): LevelMaps {
  const stem = chosen ?? stages[0].channels;
  const input = `${name}.input_layer.0`;
  const start = normalisedConvolution(define, input, `${name}.input_layer.1`, {
    inputs: 3,
    outputs: stem,
    kernel: 3,
    activation: 'prelu',
    slopes: `${name}.input_layer.2.weight`,
  });
  const unit: UnitOf = (stage, index, inputs, outputs) =>
    improvedResidual(define, `${name}.body${stage}.${index}`, inputs, outputs, index === 0 ? 2 : 1);
  return { input, ...stagedLevels(start, stem, stages, unit) };
}

function recognize(tensors: Shapes): BackboneSizes | null {
  const stem = tensors.get('ir_back.input_layer.0.weight')?.shape[0];
  if (stem === undefined) return null;
  return { stem, stages: stagesOf(tensors, (stage, unit) => `ir_back.body${stage}.${unit}.res_layer.1.weight`) };
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
