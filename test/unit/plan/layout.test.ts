import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { foldedNetwork } from '../../../src/network/foldedNetwork.js';
import { fuse } from '../../../src/plan/fuse/fuse.js';
import { type Graph, sizeOf } from '../../../src/plan/graph.js';
import { buffersOf, layOut, type Layout } from '../../../src/plan/layout/layout.js';
import { packLifetimes } from '../../../src/plan/layout/offsets.js';
import { isWhole, reshapeView, rowsOf, sliceView, transposeView, wholeView } from '../../../src/plan/layout/view.js';
import { trace, traceNetwork } from '../../../src/plan/trace/trace.js';
import { wasmAbilities } from '../../../src/plan/wasm/steps.js';
import { TINY_CASES } from './networks.js';
import { shippedModel } from './shipped.js';

beforeAll(async () => {
  await startNodeBackend('cpu');
});

const laidOut = (graph: Graph): Layout =>
  layOut(graph, wasmAbilities({ range: () => undefined, shape: (value) => graph.values.get(value)!.shape }));

/** Pairs of buffers that are in use at the same time and share memory. */
function overlaps({ lifetimes, arena: { offsets } }: Layout): string[] {
  const found: string[] = [];
  for (const [a, one] of lifetimes.entries()) {
    for (const [b, other] of lifetimes.entries()) {
      if (a >= b || one.last < other.first || other.last < one.first) continue;
      if (offsets[a] < offsets[b] + other.size && offsets[b] < offsets[a] + one.size) found.push(`${a} and ${b}`);
    }
  }
  return found;
}

describe('places', () => {
  it.each(TINY_CASES)('of $title: nothing that is in use lies on anything else', ({ make }) => {
    const graph = fuse(traceNetwork(make().folded));
    const layout = laidOut(graph);
    expect(overlaps(layout)).toEqual([]);
    for (const [turn, step] of layout.steps.entries()) {
      for (const buffer of buffersOf(step, layout.views)) {
        expect(layout.lifetimes[buffer].first).toBeLessThanOrEqual(turn);
        expect(layout.lifetimes[buffer].last).toBeGreaterThanOrEqual(turn);
      }
    }
  });

  it('of the shipped model take little more than its largest pair of values', async () => {
    const { manifest, arrays } = await shippedModel();
    const graph = fuse(traceNetwork(foldedNetwork(manifest, arrays)));
    const { arena, steps } = laidOut(graph);
    const all = graph.nodes.reduce((sum, { output }) => sum + sizeOf(graph.values.get(output)!.shape), 0);
    // The first expansion: 56 x 56 pixels of 64 channels become 128.
    const largest = 56 * 56 * (64 + 128);
    expect(arena.size).toBeLessThan(1.05 * largest);
    expect(arena.size).toBeLessThan(0.2 * all);
    // The class token, into its row.
    expect(steps.filter(({ kind }) => kind === 'copy')).toHaveLength(1);
  });

  const square = (x: tf.Tensor) => tf.square(x);
  it.each<readonly [string, readonly number[], (x: tf.Tensor) => tf.Tensor, number]>([
    [
      'a slice of rows that a product reads',
      [4, 8],
      (x) => tf.matMul(tf.slice(square(x), [0, 2], [4, 3]), tf.ones([3, 2])),
      0,
    ],
    ['a slice that is the result', [4, 8], (x) => tf.slice(square(x), [0, 2], [4, 3]), 1],
    [
      'a slice between other rows, read as one',
      [4, 8],
      (x) => square(tf.reshape(tf.slice(square(x), [0, 2], [4, 3]), [12])),
      0,
    ],
    ['a transposition that a kernel must read', [4, 8], (x) => tf.relu(tf.transpose(square(x))), 1],
    ['parts of a concatenation, written in their places', [4, 8], (x) => tf.concat([square(x), tf.exp(x)], 1), 0],
    [
      'a part that stands twice',
      [4, 8],
      (x) => {
        const y = square(x);
        return tf.concat([y, y], 1);
      },
      1,
    ],
    ['a slice as a part', [4, 8], (x) => tf.concat([tf.slice(square(x), [0, 1], [4, 2]), tf.exp(x)], 1), 1],
    ['the input as a part', [4, 8], (x) => tf.concat([x, tf.exp(x)], 0), 1],
  ])('%s: as few copies as can be', (_, shape, forward, copies) => {
    const layout = laidOut(fuse(trace(shape, forward)));
    expect(layout.steps.filter(({ kind }) => kind === 'copy')).toHaveLength(copies);
    expect(overlaps(layout)).toEqual([]);
  });

  it('let a step write over its input when nobody needs that any more, and only then', () => {
    const place = (forward: (x: tf.Tensor) => tf.Tensor) => {
      const graph = fuse(trace([4, 4], forward));
      const { views } = laidOut(graph);
      return graph.nodes.map(({ output }) => views.get(output)!.buffer);
    };
    const last = place((x) => tf.relu(square(x)));
    expect(last[0]).toBe(last[1]);
    const readAgain = place((x) => {
      const y = square(x);
      return tf.sub(tf.relu(y), y);
    });
    expect(readAgain[0]).not.toBe(readAgain[1]);
    const readThroughAView = place((x) => {
      const y = square(x);
      const rows = tf.slice(y, [0, 0], [4, 3]);
      return tf.concat([tf.relu(y), rows], 1);
    });
    // Square, slice, function.
    expect(readThroughAView[0]).not.toBe(readThroughAView[2]);
  });
});

describe('views', () => {
  const view = wholeView(0, [2, 3, 4]);

  it('are reshaped where their values lie evenly', () => {
    expect(reshapeView(view, [6, 4])).toMatchObject({ strides: [4, 1] });
    expect(reshapeView(view, [2, 12])).toMatchObject({ strides: [12, 1] });
    const columns = sliceView(view, [0, 0, 1], [2, 3, 2]);
    expect(reshapeView(columns, [6, 2])).toMatchObject({ offset: 1, strides: [4, 1] });
    expect(reshapeView(columns, [12])).toBeNull();
    expect(reshapeView(columns, [2, 3, 1, 2])).toMatchObject({ shape: [2, 3, 1, 2] });
    expect(reshapeView(transposeView(view, [1, 0, 2]), [6, 4])).toBeNull();
  });

  it('are rows where the last axis has no gaps and the others lie evenly', () => {
    expect(rowsOf(view)).toEqual({ rows: 6, width: 4, stride: 4 });
    expect(rowsOf(sliceView(view, [0, 0, 1], [2, 3, 2]))).toEqual({ rows: 6, width: 2, stride: 4 });
    expect(rowsOf(sliceView(view, [0, 1, 0], [2, 1, 4]))).toEqual({ rows: 2, width: 4, stride: 12 });
    expect(rowsOf(sliceView(view, [0, 1, 0], [2, 2, 4]))).toBeNull();
    expect(rowsOf(transposeView(view, [2, 0, 1]))).toBeNull();
    expect(isWhole(sliceView(view, [1, 0, 0], [1, 3, 4]))).toBe(true);
    expect(isWhole(sliceView(view, [0, 0, 0], [2, 3, 3]))).toBe(false);
  });
});

describe('packing', () => {
  it('gives a buffer the place of one that is gone', () => {
    const arena = packLifetimes([
      { size: 64, first: 0, last: 1 },
      { size: 64, first: 1, last: 2 },
      { size: 64, first: 2, last: 3 },
    ]);
    expect(arena).toEqual({ offsets: [0, 64, 0], size: 128 });
  });

  it('starts everything on a cache line', () => {
    const lifetimes = [5, 3, 40].map((size) => ({ size, first: 0, last: 0 }));
    const { offsets, size } = packLifetimes(lifetimes);
    expect([...offsets, size].every((place) => place % 16 === 0)).toBe(true);
    expect(size).toBe(16 + 16 + 48);
  });
});
