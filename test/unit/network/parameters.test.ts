import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { initialArrays, initialValues } from '../../../src/network/initialise.js';
import { createNetwork } from '../../../src/network/network.js';
import { createParameters, disposeParameters, readParameters, selectArrays } from '../../../src/network/parameters.js';
import type { Architecture } from '../../../src/weights/manifest.js';
import type { NamedArrays } from '../../../src/weights/namedArray.js';
import { largestDifference } from './numbers.js';
import * as random from './randomModel.js';

/** Vitest's own comparison takes seconds for a million values. */
function expectSame(actual: NamedArrays, expected: NamedArrays): void {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  for (const [name, { shape, data }] of expected) {
    expect(actual.get(name)!.shape, name).toEqual(shape);
    expect(largestDifference(actual.get(name)!.data, data), name).toBe(0);
  }
}

beforeAll(async () => {
  await startNodeBackend('cpu');
});

test('parameters come back from the backend as they went, in PyTorch’s axes', async () => {
  const network = createNetwork(random.COMPACT, 8, 32);
  const arrays = random.randomArrays(network, 1);
  const parameters = createParameters(arrays, network.parameters);
  expect(parameters.get('backbone.conv1.0.weight')!.shape).toEqual([3, 3, 3, 64]);
  expect(parameters.get('backbone.dw_conv.depthwise.weight')!.shape).toEqual([3, 3, 64, 1]);
  const kernel = parameters.get('backbone.conv1.0.weight')!.arraySync() as number[][][][];
  const { data } = arrays.get('backbone.conv1.0.weight')!;
  // PyTorch's [out, in, height, width] at (5, 2, 0, 1).
  expect(kernel[0][1][2][5]).toBe(data[((5 * 3 + 2) * 3 + 0) * 3 + 1]);
  expectSame(await readParameters(parameters, network.parameters), arrays);
  disposeParameters(parameters);
  expect(tf.memory().numTensors).toBe(0);
});

test('newer published names are read as the older ones, and unused tensors are left out', () => {
  const network = createNetwork(random.PUBLISHED, 7, 32);
  const arrays = random.randomArrays(network, 2);
  const newer = new Map(
    [...arrays].map(([name, array]) => [
      name.replace('embed_q.', 'embed_1.').replace('embed_k.', 'embed_2.').replace('embed_v.', 'embed_3.'),
      array,
    ]),
  );
  newer.set('ir_back.output_layer.0.weight', { shape: [4], data: new Float32Array(4) });
  expect(newer.has('embed_q.0.weight')).toBe(false);
  expect(selectArrays(newer, network.parameters)).toEqual(arrays);
});

test('another shape is refused with both shapes, but a scalar may be a vector of length 1', () => {
  const network = createNetwork(random.PUBLISHED, 7, 32);
  const arrays = random.randomArrays(network, 3);
  expect(arrays.get('cross_attention_1.theta')!.shape).toEqual([]);
  arrays.set('cross_attention_1.theta', { shape: [1], data: Float32Array.of(0.5) });
  expect(selectArrays(arrays, network.parameters).get('cross_attention_1.theta')!.shape).toEqual([]);
  arrays.set('conv1.bias', { shape: [5], data: new Float32Array(5) });
  expect(() => selectArrays(arrays, network.parameters)).toThrow(
    expect.objectContaining({
      code: 'model-parameters',
      message: expect.stringMatching(/conv1\.bias.*\[5\].*\[4\]/) as string,
    }),
  );
});

test('a full-size base branch has the published number of parameters', () => {
  const architecture: Architecture = { ...random.COMPACT, family: 'base', backbone: 'ir50', embedding: 768, heads: 8 };
  const { parameters } = createNetwork(architecture, 7, 112);
  const trainable = parameters.filter(({ role }) => role === 'trainable');
  const count = trainable.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  expect(count / 1e6).toBeCloseTo(40.7, 0);
});

test('the training-only modules are told apart from the base branch', () => {
  const { parameters } = createNetwork(random.COMPACT, 8, 32);
  for (const { name, part } of parameters) {
    expect(part, name).toBe(/^(VIT_cross|cross_attention_[123])\./.test(name) ? 'training' : 'base');
  }
});

test('architectures that do not exist are refused', () => {
  const refused: unknown = expect.objectContaining({ code: 'model-architecture' });
  expect(() => createNetwork({ ...random.COMPACT, backbone: 'resnet18' }, 8, 32)).toThrow(refused);
  expect(() => createNetwork({ family: 'arm', backbone: 'ir50' }, 8, 32)).toThrow(refused);
  expect(() => createNetwork(random.COMPACT, 8, 40)).toThrow(refused);
  expect(() => createNetwork(random.AMENDED, 8, 112)).toThrow(refused);
  expect(() => createNetwork({ ...random.COMPACT, heads: 5 }, 8, 32)).toThrow(refused);
  expect(() => createNetwork({ family: 'qcs', backbone: 'ir50', embedding: 32, depth: 1, heads: 4 }, 8, 32)).toThrow(
    refused,
  );
});

test('initial values follow the seed and the published distributions', () => {
  const { parameters } = createNetwork(random.COMPACT, 8, 112);
  const arrays = initialArrays(parameters, 7);
  expectSame(initialArrays(parameters, 7), arrays);
  const other = initialArrays(parameters, 8);
  expect(other.get('embed_1.weight')!.data[0]).not.toBe(arrays.get('embed_1.weight')!.data[0]);

  const deviation = (name: string): number => {
    const { data } = arrays.get(name)!;
    return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
  };
  expect(deviation('VIT_base.blocks.0.attn.qkv.weight')).toBeCloseTo(0.01, 3);
  expect(deviation('VIT_base.pos_embed')).toBeCloseTo(0.02, 3);
  expect(deviation('VIT_base.blocks.0.attn.qkv.bias')).toBe(0);
  // Uniform within 1 / sqrt(fan in) has that bound's deviation over sqrt(3).
  expect(deviation('embed_1.weight')).toBeCloseTo(1 / Math.sqrt(128 * 9 * 3), 3);
  expect(deviation('cross_attention_1.proj.weight')).toBeCloseTo(1 / Math.sqrt(32 * 3), 2);
  expect(Math.max(...arrays.get('embed_1.weight')!.data)).toBeLessThanOrEqual(1 / Math.sqrt(128 * 9));
  expect(arrays.get('backbone.conv1.1.weight')!.data.every((value) => value === 1)).toBe(true);
  expect(arrays.get('cross_attention_1.theta')!.data).toEqual(Float32Array.of(0));
});

test('a seed starts a network where it always did', () => {
  const uniform = [...initialValues({ kind: 'uniform', bound: 1 }, 3, 1)];
  expect(uniform).toEqual([-0.06301985681056976, -0.1281348317861557, -0.20482157170772552]);
  const normal = [...initialValues({ kind: 'normal', deviation: 1 }, 3, 2 ** 32 - 1)];
  expect(normal).toEqual([0.7748982906341553, -0.8297791481018066, 1.107201337814331]);
});
