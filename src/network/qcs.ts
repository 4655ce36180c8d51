/** QCS and DCS (Wang et al., AAAI 2025) and their base branch alone. */
import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../errors.js';
import type { Architecture, MusclesSpec } from '../weights/manifest.js';
import { ARCHITECTURE_DEFAULTS, DROPOUT_DEFAULTS } from '../weights/manifestSchema.js';
import { classOutputs } from './classOutputs.js';
import type { Context } from './context.js';
import { type CrossSimilarity, crossSimilarity, type RefinedTokens } from './crossSimilarity.js';
import { Definition } from './definition.js';
import type { LevelsBackbone } from './backbones/index.js';
import type { BranchCount, ForwardResult, Network } from './networkInterface.js';
import { muscleHead } from './muscleHead.js';
import { LEVELS, TOKEN_STRIDE } from './pyramid.js';
import { transformerHead } from './transformer.js';

const BRANCHES: Readonly<Record<'base' | 'dcs' | 'qcs', BranchCount>> = { base: 1, dcs: 2, qcs: 4 };

export interface QcsOptions {
  readonly classes: number;
  /** Side of the square input in pixels, a multiple of 16. */
  readonly size: number;
  readonly muscles?: MusclesSpec | undefined;
}

/** @throws ModelError `model-architecture` */
export function qcsNetwork(
  architecture: Architecture,
  { layout, ...record }: LevelsBackbone,
  { classes, size, muscles }: QcsOptions,
): Network {
  const { family, embedding: width, depth, crossDepth, heads, csaResidual } = architecture;
  const { attention, residual, batchNorm } = { ...ARCHITECTURE_DEFAULTS, ...architecture };
  if (family !== 'qcs' && family !== 'dcs' && family !== 'base')
    throw unknown(`There is no such QCS family: ${family}.`);
  if (width === undefined || depth === undefined || heads === undefined || width % heads !== 0) {
    throw unknown(`A ${family} network needs an embedding that its heads divide, and a depth.`);
  }
  if (size % TOKEN_STRIDE !== 0) throw unknown(`The input's side must be a multiple of ${TOKEN_STRIDE}, not ${size}.`);
  const branches = BRANCHES[family];
  const tokensPerLevel = (size / TOKEN_STRIDE) ** 2;
  const tokens = LEVELS * tokensPerLevel;

  const base = new Definition('base');
  const backbone = record.build(base, record.prefix, architecture);
  const pyramid = layout.pyramid(base, backbone, width);
  const rates = { ...DROPOUT_DEFAULTS, ...architecture.dropout };
  const head = { width, heads, outputs: classOutputs(architecture, classes), tokens };
  const baseHead = transformerHead(base, 'VIT_base', {
    ...head,
    depth,
    dropout: layout.dropout(rates.base, rates.projection),
  });

  if (muscles !== undefined && depth < 2) throw unknown('Muscles are read behind the first of at least two blocks.');
  const readMuscles = muscles === undefined ? undefined : muscleHead(base, [tokens + 1, width], muscles);
  const logitsOfTokens = (context: Context, x: tf.Tensor3D): tf.Tensor2D => {
    if (readMuscles === undefined) return baseHead.logits(context, x);
    const { logits, first } = baseHead.logitsAndFirst(context, x);
    return tf.concat2d([logits, readMuscles(context, first)], 1);
  };
  const shared = {
    architecture,
    classes,
    outputs: classes + (muscles?.outputs.length ?? 0),
    size,
    branches,
    definition: base,
    inputConvolution: backbone.input,
    logits: (context: Context, images: tf.Tensor4D) => logitsOfTokens(context, pyramid(context, images)),
  };
  if (branches === 1) {
    const fromTokens = (context: Context, x: tf.Tensor3D): ForwardResult => ({
      base: logitsOfTokens(context, x),
      cross: null,
      attention: null,
    });
    return {
      ...shared,
      parameters: base.parameters,
      tokenPasses: { tokens: pyramid, logits: logitsOfTokens, forward: fromTokens },
      forward: (context, images) => fromTokens(context, pyramid(context, images)),
    };
  }

  if (crossDepth === undefined || csaResidual === undefined) {
    throw unknown(`A ${family} network needs crossDepth and csaResidual.`);
  }
  const training = new Definition('training');
  const { thetaShape } = layout;
  const levels: CrossSimilarity[] = [];
  for (let level = 1; level <= LEVELS; level++) {
    const name = `cross_attention_${level}`;
    levels.push(crossSimilarity(training, name, { width, branches, attention, residual: csaResidual, thetaShape }));
  }
  const crossHead = transformerHead(training, 'VIT_cross', {
    ...head,
    depth: crossDepth,
    dropout: layout.dropout(rates.cross, rates.projection),
  });

  const fromTokens = (context: Context, x: tf.Tensor3D): ForwardResult => {
    const { logits, tokens: x0 } = baseHead.all(context, x);
    const refined = tf.split<tf.Tensor3D>(x0, LEVELS, 1).map((part, level) => levels[level](context, part));
    const attended = tf.concat(
      refined.map((level) => level.tokens),
      1,
    );
    const crossTokens = residual ? tf.add<tf.Tensor3D>(x0, attended) : attended;
    return {
      base: logits,
      cross: crossHead.logits(context, crossTokens),
      attention: attentionMaps(refined, branches),
    };
  };
  const perBranch = batchNorm === 'per-branch';
  return {
    ...shared,
    parameters: [...base.parameters, ...training.parameters],
    tokenPasses: { tokens: pyramid, logits: logitsOfTokens, forward: fromTokens },
    forward: (context, images) => {
      // Batch statistics of one branch at a time, or of all together; behind the tokens nothing looks at the batch but the attention.
      const parts = perBranch && context.training ? tf.split<tf.Tensor4D>(images, branches, 0) : [images];
      return fromTokens(context, join(parts.map((part) => pyramid(context, part))));
    },
  };
}

function join<T extends tf.Tensor>(parts: T[]): T {
  return parts.length === 1 ? parts[0] : tf.concat(parts, 0);
}

function attentionMaps(levels: readonly RefinedTokens[], branches: number): tf.Tensor4D {
  const stacked = tf.stack(
    levels.map(({ weights }) => weights),
    1,
  );
  const [rows, count, tokens] = stacked.shape;
  return tf.reshape(stacked, [branches, rows / branches, count, tokens]);
}

function unknown(message: string): ModelError {
  return new ModelError('model-architecture', message);
}
