import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { PlanRefusal } from '../../../src/plan/trace/refusal.js';
import { trace, traceNetwork } from '../../../src/plan/trace/trace.js';
import { TINY_CASES } from './networks.js';

const before = { backend: '', tensors: 0 };

beforeAll(async () => {
  await startNodeBackend('wasm');
  before.backend = tf.getBackend();
  before.tensors = tf.memory().numTensors;
});

describe('a traced network', () => {
  it('names its constants as the parameters are', () => {
    const model = TINY_CASES[0].make();
    const graph = traceNetwork(model.folded);
    const names = new Set([...graph.values.values()].map(({ constant }) => constant?.name));
    for (const name of model.folded.arrays.keys()) expect(names).toContain(name);
  });
});

describe('tracing', () => {
  it('copies no values that lie as the network reads them', () => {
    const { folded } = TINY_CASES[0].make();
    const traced = new Map(
      [...traceNetwork(folded).values.values()].map(({ constant }) => [constant?.name, constant?.data]),
    );
    const plain = [...folded.arrays].filter(([name]) => (folded.layouts.get(name) ?? 'plain') === 'plain');
    expect(plain.length).toBeGreaterThan(20);
    for (const [name, { data }] of plain) expect(traced.get(name)).toBe(data);
  });

  afterEach(() => {
    expect(tf.getBackend()).toBe(before.backend);
    expect(tf.memory().numTensors).toBe(before.tensors);
    expect(tf.findBackendFactory('trace')).toBeNull();
    expect(tf.getKernel('Add', 'trace')).toBeUndefined();
  });

  it('leaves TensorFlow.js as it was, which computes on', async () => {
    const model = TINY_CASES[0].make();
    traceNetwork(model.folded);
    const sum = tf.tidy(() => tf.add(tf.tensor1d([1, 2]), 1));
    expect([...(await sum.data())]).toEqual([2, 3]);
    sum.dispose();
  });

  it.each<readonly [string, (x: tf.Tensor) => tf.Tensor]>([
    ['a kernel that it does not know', (x) => tf.cumsum(x)],
    ['a look at values', (x) => tf.mul(x, x.dataSync()[0])],
    ['another type of value', (x) => tf.cast(x, 'int32')],
    ['a fused activation that it does not know', (x) => tf.fused.matMul({ a: x, b: x, activation: 'elu' })],
  ])('refuses %s by name', (_, forward) => {
    expect(() => trace([2, 2], forward)).toThrow(PlanRefusal);
  });

  it('lets errors of the network through', () => {
    const model = TINY_CASES[0].make();
    const arrays = new Map(model.folded.arrays);
    arrays.delete('embed_3.bias');
    expect(() => traceNetwork({ ...model.folded, arrays })).toThrow(
      expect.objectContaining({ code: 'model-parameters' }) as Error,
    );
  });
});
