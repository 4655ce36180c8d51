/** The transformer heads `VIT_base` and `VIT_cross`: class token, pre-norm blocks, gated class token, logits. */
import * as tf from '@tensorflow/tfjs-core';
import type { ClassOutputs } from './classOutputs.js';
import type { Context } from './context.js';
import type { Definition } from './definition.js';
import { applyLinear, dropout, gelu, layerNorm, linear, type TokenLayer } from './layers.js';

export interface TransformerOptions {
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Of the last layer: one a class, or more (see `classOutputs`). */
  readonly outputs: ClassOutputs;
  /** Without the class token. */
  readonly tokens: number;
  readonly dropout: TransformerDropout;
}

/** Dropout rates of a head; 0 for none. */
export interface TransformerDropout {
  /** After the position embedding, after GELU and after fc2. */
  readonly blocks: number;
  /** After the attention's output projection. */
  readonly projection: number;
  /** On the gated class token. */
  readonly gated: number;
}

export interface HeadResult {
  /** [batch, classes] */
  readonly logits: tf.Tensor2D;
  /** The other tokens after the last LayerNorm: [batch, tokens, width]. */
  readonly tokens: tf.Tensor3D;
}

export interface TransformerHead {
  /** Tokens [batch, tokens, width] to logits and tokens. */
  all(context: Context, tokens: tf.Tensor3D): HeadResult;
  /** The same logits alone: the last block computes nothing but the class token. */
  logits(context: Context, tokens: tf.Tensor3D): tf.Tensor2D;
  /** Those, and all tokens behind the first block, the class token first: [batch, 1 + tokens, width]. For heads of more blocks than one. */
  logitsAndFirst(context: Context, tokens: tf.Tensor3D): { readonly logits: tf.Tensor2D; readonly first: tf.Tensor3D };
}

/** Which rows of a block's output are wanted. */
type Rows = 'all' | 'class-token';
type Block = (context: Context, x: tf.Tensor3D, rows: Rows) => tf.Tensor3D;

const NORM_EPSILON = 1e-6;
export const MLP_RATIO = 4;
const LINEAR_DEVIATION = 0.01;
const TOKEN_DEVIATION = 0.02;

export function transformerHead(define: Definition, name: string, options: TransformerOptions): TransformerHead {
  const { width, depth, heads, outputs, tokens: count, dropout: rates } = options;
  const start = { deviation: LINEAR_DEVIATION };
  define.parameter(`${name}.cls_token`, [1, 1, width], { kind: 'normal', deviation: TOKEN_DEVIATION });
  define.parameter(`${name}.pos_embed`, [1, count + 1, width], { kind: 'normal', deviation: TOKEN_DEVIATION });
  const blocks: Block[] = [];
  for (let index = 0; index < depth; index++) {
    blocks.push(transformerBlock(define, `${name}.blocks.${index}`, width, heads, rates));
  }
  const norm = layerNorm(define, `${name}.norm`, width, NORM_EPSILON);
  const squeeze = linear(define, `${name}.se_block.linear1`, width, width, start);
  const excite = linear(define, `${name}.se_block.linear2`, width, width, start);
  const classify = linear(define, `${name}.head.linear`, width, outputs.count, start);

  const place = (context: Context, tokens: tf.Tensor3D): tf.Tensor3D => {
    const batch = tokens.shape[0];
    const token = tf.tile(context.parameter(`${name}.cls_token`), [batch, 1, 1]);
    const placed = tf.add<tf.Tensor3D>(tf.concat([token, tokens], 1), context.parameter(`${name}.pos_embed`));
    return dropout(context, placed, rates.blocks);
  };
  /** Through the blocks from the one with that index on. */
  const run = (context: Context, start: tf.Tensor3D, lastRows: Rows, from = 0): tf.Tensor3D => {
    const end = blocks
      .slice(from)
      .reduce((x, block, index) => block(context, x, from + index === depth - 1 ? lastRows : 'all'), start);
    return norm(context, end);
  };
  const toLogits = (context: Context, normed: tf.Tensor3D): tf.Tensor2D => {
    const token = classToken(normed);
    const gate = tf.sigmoid(excite(context, tf.relu(squeeze(context, token))));
    return outputs.gather(classify(context, dropout(context, tf.mul(token, gate), rates.gated)));
  };

  return {
    all: (context, tokens) => {
      const normed = run(context, place(context, tokens), 'all');
      return { logits: toLogits(context, normed), tokens: tf.slice(normed, [0, 1, 0], [-1, -1, -1]) };
    },
    logits: (context, tokens) => toLogits(context, run(context, place(context, tokens), 'class-token')),
    logitsAndFirst: (context, tokens) => {
      const first = blocks[0](context, place(context, tokens), 'all');
      return { first, logits: toLogits(context, run(context, first, 'class-token', 1)) };
    },
  };
}

/** [batch, tokens, width] to the first token, [batch, width]. */
function classToken(x: tf.Tensor3D): tf.Tensor2D {
  return tf.reshape(firstRow(x), [x.shape[0], x.shape[2]]);
}

function firstRow(x: tf.Tensor3D): tf.Tensor3D {
  return x.shape[1] === 1 ? x : tf.slice(x, [0, 0, 0], [-1, 1, -1]);
}

function transformerBlock(
  define: Definition,
  name: string,
  width: number,
  heads: number,
  rates: TransformerDropout,
): Block {
  const norm1 = layerNorm(define, `${name}.norm1`, width, NORM_EPSILON);
  const attend = attention(define, `${name}.attn`, width, heads);
  const norm2 = layerNorm(define, `${name}.norm2`, width, NORM_EPSILON);
  const mlp = perceptron(define, `${name}.mlp`, width, rates.blocks, { deviation: LINEAR_DEVIATION });
  return (context, x, rows) => {
    const attended = dropout(context, attend(context, norm1(context, x), rows), rates.projection);
    const y = tf.add<tf.Tensor3D>(rows === 'all' ? x : firstRow(x), attended);
    return tf.add(y, mlp(context, norm2(context, y)));
  };
}

/** Linear, GELU, linear, with four times the width in between. */
export function perceptron(
  define: Definition,
  name: string,
  width: number,
  rate: number,
  start?: { readonly deviation: number },
): TokenLayer {
  const widen = linear(define, `${name}.fc1`, width, MLP_RATIO * width, start);
  const narrow = linear(define, `${name}.fc2`, MLP_RATIO * width, width, start);
  return <T extends tf.Tensor>(context: Context, x: T): T => {
    const hidden = dropout(context, gelu(widen(context, x)), rate);
    return dropout(context, narrow(context, hidden), rate);
  };
}

/** Multi-head self-attention on normalised tokens, asking for all rows or for the class token's alone. */
function attention(define: Definition, name: string, width: number, heads: number): Block {
  const start = { deviation: LINEAR_DEVIATION };
  const joint = linear(define, `${name}.qkv`, width, 3 * width, start);
  define.attention.push({ name, heads });
  const project = linear(define, `${name}.proj`, width, width, start);
  const headWidth = width / heads;

  const projections = (context: Context, y: tf.Tensor3D, rows: Rows): readonly tf.Tensor3D[] => {
    const asking = rows === 'all' ? y : firstRow(y);
    if (context.folded) {
      return [asking, y, y].map((x, index) => applyLinear(context, `${name}.${QUERY_KEY_VALUE[index]}`, x));
    }
    const [query, key, value] = tf.split<tf.Tensor3D>(joint(context, y), 3, 2) as [
      tf.Tensor3D,
      tf.Tensor3D,
      tf.Tensor3D,
    ];
    const scaled = tf.mul<tf.Tensor3D>(query, 1 / Math.sqrt(headWidth));
    return [rows === 'all' ? scaled : firstRow(scaled), key, value];
  };
  const byHead = (x: tf.Tensor3D): tf.Tensor4D =>
    tf.transpose(tf.reshape(x, [x.shape[0], x.shape[1], heads, headWidth]), [0, 2, 1, 3]);

  return (context, y, rows) => {
    const [q, k, v] = projections(context, y, rows).map(byHead) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    const weights = tf.softmax(tf.matMul(q, k, false, true));
    const mixed = tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]);
    return project(context, tf.reshape<tf.Rank.R3>(mixed, [y.shape[0], -1, width]));
  };
}

/** Under these names, after the attention's own, folded parameters hold its projections apart, the query's scaled. */
export const QUERY_KEY_VALUE = ['query', 'key', 'value'] as const;
