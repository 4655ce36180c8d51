/**
 * A small network of ghost bottlenecks after GhostFaceNets (Alansari et al., 2023; ghost modules: Han et al., 2020): half of the channels come
 * from a 1x1 convolution, the other half from a cheap depthwise one on top of it. PReLU, and a gate on the channels of stages 2 and 3.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../../errors.js';
import type { StageSpec } from '../../weights/manifest.js';
import type { Shapes } from '../../weights/tensorNames.js';
import type { Definition } from '../definition.js';
import { convolution, type ImageLayer, normalisedConvolution } from '../layers.js';
import { COMPACT_TOKENS, type LevelMaps } from '../pyramid.js';
import type { BackboneSizes, LevelsBackbone } from './backbone.js';
import { stagedLevels, stagesOf, type UnitOf } from './stages.js';

const STEM = 16;
const STAGES: readonly StageSpec[] = [
  { channels: 40, units: 2 },
  { channels: 112, units: 6 },
  { channels: 160, units: 4 },
];
const EXPANSION = 3;
/** The gate's inner channels are this part of those that it weighs. */
const SQUEEZE = 4;
const FIRST_GATED_STAGE = 2;

export const ghostFaceNet: LevelsBackbone = {
  gives: 'levels',
  prefix: 'backbone',
  layout: COMPACT_TOKENS,
  build,
  recognize,
  input: { size: 112, colour: 'luma', resize: 'half-pixel', resizeTo: 112, centreCrop: 112, stride: 1 },
  published: false,
  defaults: { batchNorm: 'joint', csaResidual: 'normalised', dropout: { base: 0.2, cross: 0.2 } },
};

/** A quarter, an eighth and a sixteenth of the image's side: 28, 14 and 7 pixels of 112. */
function build(define: Definition, name: string, { stem: width = STEM, stages = STAGES }: BackboneSizes): LevelMaps {
  if ([width, ...stages.map(({ channels }) => channels)].some((channels) => channels % 2 !== 0)) {
    throw new ModelError('model-architecture', 'GhostFaceNet halves its channels. Choose even numbers of them.');
  }
  const input = `${name}.stem.0`;
  const stem = normalisedConvolution(define, input, `${name}.stem.1`, {
    inputs: 3,
    outputs: width,
    kernel: 3,
    stride: 2,
    activation: 'prelu',
    slopes: `${name}.stem.2.weight`,
  });
  const unit: UnitOf = (stage, index, inputs, outputs) =>
    ghostBottleneck(define, `${name}.stage${stage}.${index}`, {
      inputs,
      outputs,
      stride: index === 0 ? 2 : 1,
      gated: stage >= FIRST_GATED_STAGE,
    });
  return { input, ...stagedLevels(stem, width, stages, unit) };
}

function recognize(tensors: Shapes): BackboneSizes | null {
  const stem = tensors.get('backbone.stem.0.weight')?.shape[0];
  if (stem === undefined || !tensors.has('backbone.stage1.0.expand.cheap.0.weight')) return null;
  const halves = stagesOf(tensors, (stage, unit) => `backbone.stage${stage}.${unit}.project.primary.0.weight`);
  return { stem, stages: halves.map(({ channels, units }) => ({ channels: 2 * channels, units })) };
}

interface BottleneckOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: 1 | 2;
  readonly gated: boolean;
}

/** Ghost expansion, depthwise 3x3 where it strides, gate, linear ghost projection; plus the input, or its separable convolution. */
function ghostBottleneck(define: Definition, name: string, options: BottleneckOptions): ImageLayer {
  const { inputs, outputs, stride, gated } = options;
  const hidden = EXPANSION * inputs;
  const expand = ghostModule(define, `${name}.expand`, inputs, hidden, true);
  const inner: ImageLayer[] = [];
  if (stride === 2) inner.push(strided(define, `${name}.spatial`, hidden));
  if (gated) inner.push(gate(define, `${name}.gate`, hidden));
  const project = ghostModule(define, `${name}.project`, hidden, outputs, false);
  const shortcut = shortcutLayer(define, `${name}.shortcut`, options);
  return (context, x) => {
    const weighed = inner.reduce((y, layer) => layer(context, y), expand(context, x));
    return tf.add(project(context, weighed), shortcut(context, x));
  };
}

function ghostModule(define: Definition, name: string, inputs: number, outputs: number, active: boolean): ImageLayer {
  const half = outputs / 2;
  const activation = (part: string) =>
    active ? ({ activation: 'prelu', slopes: `${name}.${part}.2.weight` } as const) : {};
  const primary = normalisedConvolution(define, `${name}.primary.0`, `${name}.primary.1`, {
    inputs,
    outputs: half,
    kernel: 1,
    ...activation('primary'),
  });
  const cheap = normalisedConvolution(define, `${name}.cheap.0`, `${name}.cheap.1`, {
    inputs: half,
    outputs: half,
    kernel: 3,
    depthwise: true,
    ...activation('cheap'),
  });
  return (context, x) => {
    const y = primary(context, x);
    return tf.concat([y, cheap(context, y)], 3);
  };
}

function strided(define: Definition, name: string, channels: number): ImageLayer {
  return normalisedConvolution(define, `${name}.0`, `${name}.1`, {
    inputs: channels,
    outputs: channels,
    kernel: 3,
    stride: 2,
    depthwise: true,
  });
}

/** Weighs every channel by what the map's mean says (squeeze and excitation; Hu et al., 2018). */
function gate(define: Definition, name: string, channels: number): ImageLayer {
  const inner = Math.floor(channels / SQUEEZE);
  const reduce = convolution(define, `${name}.reduce`, {
    inputs: channels,
    outputs: inner,
    kernel: 1,
    activation: 'relu',
  });
  const expand = convolution(define, `${name}.expand`, { inputs: inner, outputs: channels, kernel: 1 });
  return (context, x) => tf.mul(x, tf.sigmoid(expand(context, reduce(context, tf.mean(x, [1, 2], true)))));
}

function shortcutLayer(define: Definition, name: string, { inputs, outputs, stride }: BottleneckOptions): ImageLayer {
  if (stride === 1) return (_, x) => x;
  const filter = strided(define, name, inputs);
  const mix = normalisedConvolution(define, `${name}.2`, `${name}.3`, { inputs, outputs, kernel: 1 });
  return (context, x) => mix(context, filter(context, x));
}
