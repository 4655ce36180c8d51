/**
 * MobileFaceNet (Chen et al., 2018) as the backbone of the compact networks: depthwise-separable and inverted residual units, with BN and
 * ReLU after every convolution and linear bottlenecks.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Shapes } from '../../weights/tensorNames.js';
import type { Definition } from '../definition.js';
import { type ImageLayer, normalisedConvolution } from '../layers.js';
import { COMPACT_TOKENS, type LevelMaps } from '../pyramid.js';
import type { BackboneSizes, LevelsBackbone } from './backbone.js';

interface UnitGroup {
  readonly expansion: number;
  /** As a multiple of the stem's. */
  readonly width: number;
  readonly units: number;
  /** Of the group's first unit. */
  readonly stride: 1 | 2;
}

/** All widths keep their proportion to the stem's. */
const STEM = 64;
const GROUPS: readonly UnitGroup[] = [
  { expansion: 2, width: 1, units: 5, stride: 2 },
  { expansion: 4, width: 2, units: 1, stride: 2 },
  { expansion: 2, width: 2, units: 6, stride: 1 },
  { expansion: 4, width: 2, units: 1, stride: 2 },
  { expansion: 2, width: 2, units: 2, stride: 1 },
];
/** The groups after which levels 1 and 2 leave. */
const LEVEL_GROUPS = [0, 2] as const;
const LAST_WIDTH = 8;

export const mobileFaceNet: LevelsBackbone = {
  gives: 'levels',
  prefix: 'backbone',
  layout: COMPACT_TOKENS,
  build,
  recognize,
  input: { size: 112, colour: 'luma', resize: 'half-pixel', resizeTo: 112, centreCrop: 112, stride: 1 },
  published: false,
  defaults: { batchNorm: 'joint', csaResidual: 'normalised', dropout: { base: 0.2, cross: 0.2 } },
};

function recognize(tensors: Shapes): BackboneSizes | null {
  const stem = tensors.get('backbone.dw_conv.depthwise.weight')?.shape[0];
  if (stem === undefined) return null;
  return stem === STEM ? {} : { stem };
}

/**
 * Levels of once, twice and eight times the stem's channels (64, 128 and 512), a quarter, an eighth and a sixteenth of the image's side: 28, 14
 * and 7 pixels of 112.
 */
function build(define: Definition, name: string, { stem: width = STEM }: BackboneSizes): LevelMaps {
  const input = `${name}.conv1.0`;
  const stem = normalisedConvolution(define, input, `${name}.conv1.1`, {
    inputs: 3,
    outputs: width,
    kernel: 3,
    stride: 2,
    activation: 'relu',
  });
  const depthwise = normalisedConvolution(define, `${name}.dw_conv.depthwise`, `${name}.dw_conv.bn1`, {
    inputs: width,
    outputs: width,
    kernel: 3,
    depthwise: true,
    activation: 'relu',
  });
  const pointwise = normalisedConvolution(define, `${name}.dw_conv.pointwise`, `${name}.dw_conv.bn2`, {
    inputs: width,
    outputs: width,
    kernel: 1,
    activation: 'relu',
  });

  const groups: ImageLayer[][] = [];
  let channels = width;
  let index = 0;
  for (const { expansion, width: multiple, units, stride } of GROUPS) {
    const outputs = multiple * width;
    const group: ImageLayer[] = [];
    for (let unit = 0; unit < units; unit++) {
      group.push(
        invertedResidual(
          define,
          `${name}.features.${index}.conv`,
          channels,
          outputs,
          expansion,
          unit === 0 ? stride : 1,
        ),
      );
      channels = outputs;
      index += 1;
    }
    groups.push(group);
  }
  const last = normalisedConvolution(define, `${name}.conv2.0`, `${name}.conv2.1`, {
    inputs: channels,
    outputs: LAST_WIDTH * width,
    kernel: 1,
    activation: 'relu',
  });

  return {
    input,
    channels: [width, channels, LAST_WIDTH * width],
    levels: (context, images) => {
      let x = pointwise(context, depthwise(context, stem(context, images)));
      const ends = groups.map((group) => (x = group.reduce((y, unit) => unit(context, y), x)));
      return [ends[LEVEL_GROUPS[0]], ends[LEVEL_GROUPS[1]], last(context, x)];
    },
  };
}

/** 1x1 expansion, 3x3 depthwise, 1x1 linear projection; added to its input where the shapes allow. */
function invertedResidual(
  define: Definition,
  name: string,
  inputs: number,
  outputs: number,
  expansion: number,
  stride: number,
): ImageLayer {
  const hidden = inputs * expansion;
  const expand = normalisedConvolution(define, `${name}.0.0`, `${name}.0.1`, {
    inputs,
    outputs: hidden,
    kernel: 1,
    activation: 'relu',
  });
  const filter = normalisedConvolution(define, `${name}.1.0`, `${name}.1.1`, {
    inputs: hidden,
    outputs: hidden,
    kernel: 3,
    stride,
    depthwise: true,
    activation: 'relu',
  });
  const project = normalisedConvolution(define, `${name}.2`, `${name}.3`, { inputs: hidden, outputs, kernel: 1 });
  const residual = stride === 1 && inputs === outputs;
  return (context, x) => {
    const y = project(context, filter(context, expand(context, x)));
    return residual ? tf.add(x, y) : y;
  };
}
