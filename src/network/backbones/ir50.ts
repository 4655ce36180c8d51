/**
 * IR-50 without its last stage and output layer (ArcFace's improved residual network; Deng et al., 2019): the backbone of the published
 * networks.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../../errors.js';
import type { StageSpec } from '../../weights/manifest.js';
import type { Shapes } from '../../weights/tensorNames.js';
import type { Definition } from '../definition.js';
import { batchNorm, convolution, everySecondPixel, type ImageLayer, normalisedConvolution } from '../layers.js';
import { type LevelMaps, LEVELS, PUBLISHED_TOKENS } from '../pyramid.js';
import type { BackboneSizes, LevelsBackbone } from './backbone.js';

const STEM = 64;
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
function build(define: Definition, name: string, { stem = STEM, stages = STAGES }: BackboneSizes): LevelMaps {
  const [one, two, three] = stages;
  if (stages.length !== LEVELS) throw unknown(`IR-50 needs ${LEVELS} stages here, not ${stages.length}`);
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
    channels: [one.channels, two.channels, three.channels],
    levels: (context, images) => {
      let x = start(context, images);
      const [first, second, third] = bodies.map((units) => (x = units.reduce((y, unit) => unit(context, y), x)));
      return [first, second, third];
    },
  };
}

function recognize(tensors: Shapes): BackboneSizes | null {
  const stem = tensors.get('ir_back.input_layer.0.weight')?.shape[0];
  if (stem === undefined) return null;
  return { stem, stages: STAGES.map((_, stage) => stageSpec(tensors, `ir_back.body${stage + 1}`)) };
}

function stageSpec(tensors: Shapes, name: string): StageSpec {
  let units = 0;
  let channels = 0;
  for (; ; units++) {
    const kernel = tensors.get(`${name}.${units}.res_layer.1.weight`);
    if (kernel === undefined) break;
    channels = kernel.shape[0];
  }
  if (units === 0) throw unknown(`Its backbone lacks ${name}`);
  return { channels, units };
}

function unknown(problem: string): ModelError {
  return new ModelError('model-architecture', `${problem}. Choose another checkpoint or architecture.`);
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
