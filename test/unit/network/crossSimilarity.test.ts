import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { resizeHalfPixel } from '../../../src/faces/resize.js';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { Context } from '../../../src/network/context.js';
import { crossSimilarity, type CrossSimilarityOptions } from '../../../src/network/crossSimilarity.js';
import { Definition } from '../../../src/network/definition.js';
import { initialArrays } from '../../../src/network/initialise.js';
import { createNetwork } from '../../../src/network/network.js';
import { createParameters, disposeParameters } from '../../../src/network/parameters.js';
import type { CrossAttention } from '../../../src/weights/manifest.js';
import { loadModelFromFiles } from '../../../src/weights/loadModel.js';
import { readSafetensors } from '../../../src/weights/safetensors.js';
import { largestDifference, norm } from './numbers.js';
import { lossGradients, trainableNames } from './gradients.js';
import * as random from './randomModel.js';

const WIDTH = 8;
const TOKENS = 5;
const BATCH = 2;

beforeAll(async () => {
  await startNodeBackend('wasm');
});

interface Module {
  readonly parameters: Map<string, tf.Tensor>;
  readonly names: string[];
  run(tokens: tf.Tensor3D): { tokens: tf.Tensor3D; weights: tf.Tensor2D };
}

function module(options: Partial<CrossSimilarityOptions>, theta = 0): Module {
  const define = new Definition('training');
  const attention = crossSimilarity(define, 'csa', {
    width: WIDTH,
    branches: 4,
    attention: 'SD',
    residual: 'normalised',
    thetaShape: [1],
    ...options,
  });
  const arrays = initialArrays(define.parameters, 11);
  for (const { data } of arrays.values()) {
    const noise = random.randomValues(data.length, data.length);
    for (let index = 0; index < data.length; index++) data[index] += 0.3 * (noise[index] - 0.5);
  }
  if (arrays.has('csa.theta')) arrays.set('csa.theta', { shape: [1], data: Float32Array.of(theta) });
  const parameters = createParameters(arrays, define.parameters);
  return {
    parameters,
    names: trainableNames(define.parameters),
    run: (tokens) => attention(new Context(parameters, { mode: 'training' }), tokens),
  };
}

function randomTokens(branches: number, seed: number): tf.Tensor3D {
  return tf.tensor3d(random.randomValues(branches * BATCH * TOKENS * WIDTH, seed), [branches * BATCH, TOKENS, WIDTH]);
}

/** The published formula in plain numbers. keys: [branches][batch][tokens][width]. */
function expectedWeights(keys: number[][][][], attention: CrossAttention, theta: number): number[][][] {
  const distance = (u: number[], v: number[]): number => Math.hypot(...u.map((value, axis) => value - v[axis]));
  const maps = (first: number, second: number, similar: boolean): number[][][] => {
    const raw = keys[first].map((image, row) => image.map((u) => keys[second][row].map((v) => distance(u, v))));
    const least = Math.min(...raw.flat(2));
    const most = Math.max(...raw.flat(2)) - least;
    return raw.map((image) => image.map((line) => line.map((d) => (similar ? most - (d - least) : d - least))));
  };
  const transpose = (map: number[][]): number[][] => map[0].map((_, column) => map.map((line) => line[column]));
  /** Columns brought to unit length over the rows, then summed. */
  const score = (map: number[][]): number[] => {
    const lengths = transpose(map).map((column) => Math.max(Math.hypot(...column), 1e-12));
    return map.map((line) => line.reduce((sum, value, column) => sum + value / lengths[column], 0));
  };
  const scores = keys.map((branch) => branch.map(() => Array.from({ length: TOKENS }, () => 0)));
  const add = (pairs: readonly (readonly [number, number])[], similar: boolean, factor: number): void => {
    for (const [first, second] of pairs) {
      for (const [row, map] of maps(first, second, similar).entries()) {
        score(map).forEach((value, token) => (scores[first][row][token] += factor * value));
        score(transpose(map)).forEach((value, token) => (scores[second][row][token] += factor * value));
      }
    }
  };
  const similarPairs = [[0, 1] as const, [2, 3] as const].slice(0, keys.length / 2);
  if (attention !== 'D') add(similarPairs, true, 1);
  if (attention !== 'S') add([[0, 2], [1, 3]], false, 1 + Math.tanh(theta)); // prettier-ignore
  return scores.map((branch) =>
    branch.map((line) => {
      const exponents = line.map((value) => Math.exp(value - Math.max(...line)));
      const total = exponents.reduce((sum, value) => sum + value, 0);
      return exponents.map((value) => value / total);
    }),
  );
}

const VARIANTS: readonly (readonly [CrossAttention, 2 | 4, number])[] = [
  ['SD', 4, 0],
  ['SD', 4, 0.7],
  ['S', 4, 0],
  ['D', 4, -0.4],
  ['S', 2, 0],
];

for (const [attention, branches, theta] of VARIANTS) {
  test(`${attention} over ${branches} branches, theta ${theta}: the weights are the formula's`, () => {
    const csa = module({ attention, branches }, theta);
    const tokens = randomTokens(branches, 3);
    const weights = tf.tidy(() => csa.run(tokens).weights);
    const keys = tf.tidy(() => {
      const mean = tf.mean(tokens, 2, true);
      const centred = tf.sub(tokens, mean);
      const unit = tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), 2, true), 1e-5)));
      const y = tf.add(tf.mul(unit, csa.parameters.get('csa.norm1.weight')!), csa.parameters.get('csa.norm1.bias')!);
      const rows = tf.reshape(y, [-1, WIDTH]);
      const joint = tf.matMul(rows, csa.parameters.get('csa.proj.weight') as tf.Tensor2D, false, true);
      const projected = tf.add(joint, csa.parameters.get('csa.proj.bias')!);
      return tf.reshape(tf.slice(projected, [0, 0], [-1, WIDTH]), [branches, BATCH, TOKENS, WIDTH]).arraySync();
    }) as number[][][][];
    const expected = expectedWeights(keys, attention, theta).flat(2);
    expect(largestDifference(weights.dataSync(), expected)).toBeLessThan(1e-5);
    tf.dispose([tokens, weights]);
    disposeParameters(csa.parameters);
  });
}

test('scaled dot products exchange values between partners, and the maps sum to 1', () => {
  for (const branches of [2, 4] as const) {
    const csa = module({ attention: 'dot', branches });
    const tokens = randomTokens(branches, 4);
    const { weights, tokens: refined } = csa.run(tokens);
    expect(refined.shape).toEqual(tokens.shape);
    for (const line of weights.arraySync()) expect(line.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);

    // Only the partner's tokens matter to an image's refined ones: the negatives leave the anchor alone.
    const values = tokens.arraySync();
    const changed = (row: number): number[] => {
      const other = values.map((image, index) => (index === row ? image.map((token) => token.toReversed()) : image));
      const result = csa.run(tf.tensor3d(other)).tokens;
      return result
        .arraySync()
        .map((image, index) => norm(image.flat().map((v, k) => v - refined.arraySync()[index].flat()[k])));
    };
    const influence = changed(BATCH);
    expect(influence[0]).toBeGreaterThan(1e-4);
    expect(influence[1]).toBeLessThan(1e-6);
    if (branches === 4) expect(influence[2 * BATCH]).toBeLessThan(1e-6);
    disposeParameters(csa.parameters);
  }
});

test('the residual form decides what the attended values are added to', () => {
  const tokens = randomTokens(4, 5);
  const normalised = module({ residual: 'normalised' });
  const raw = module({ residual: 'raw' });
  const shift = tf.scalar(3);
  const moved = (csa: Module): number =>
    tf.tidy(
      () => tf.mean(tf.sub(csa.run(tf.add<tf.Tensor3D>(tokens, shift)).tokens, csa.run(tokens).tokens)).dataSync()[0],
    );
  // LayerNorm takes a shift of all channels away; the raw residual keeps it.
  expect(Math.abs(moved(normalised))).toBeLessThan(1e-4);
  expect(moved(raw)).toBeCloseTo(3, 3);
});

test('the same image in all branches: gradients are finite, and distances of 0 give none', () => {
  const csa = module({});
  const one = randomTokens(1, 6);
  const tokens = tf.tile(one, [4, 1, 1]);
  const projection = tf.tensor3d(random.randomValues(4 * BATCH * TOKENS * WIDTH, 7), tokens.shape);
  const { gradients } = lossGradients(csa.parameters, csa.names, () =>
    tf.sum(tf.mul(csa.run(tokens).tokens, projection)),
  );
  for (const name of csa.names) {
    expect(gradients.get(name)!.dataSync().every(Number.isFinite), name).toBe(true);
  }
  expect(norm(gradients.get('csa.theta')!.dataSync())).toBeGreaterThan(0);
});

test('gradients are what small steps of the parameters measure', () => {
  for (const attention of ['SD', 'dot'] as const) {
    const csa = module({ attention }, 0.3);
    const tokens = randomTokens(4, 8);
    const projection = tf.tensor3d(random.randomValues(4 * BATCH * TOKENS * WIDTH, 9), tokens.shape);
    const loss = (): tf.Scalar => tf.sum(tf.mul(csa.run(tokens).tokens, projection));
    const { gradients } = lossGradients(csa.parameters, csa.names, loss);
    for (const name of ['csa.proj.weight', 'csa.norm1.weight', ...(attention === 'SD' ? ['csa.theta'] : [])]) {
      const gradient = [...gradients.get(name)!.dataSync()];
      const parameter = csa.parameters.get(name)!;
      const direction = tf.tensor(
        random.randomValues(parameter.size, 10).map((value) => value - 0.5),
        parameter.shape,
      );
      const slope = [...direction.dataSync()].reduce((sum, value, index) => sum + value * gradient[index], 0);
      const step = 1e-2;
      const at = (length: number): number => {
        csa.parameters.set(name, tf.add(parameter, tf.mul(direction, length)));
        return tf.tidy(() => loss().dataSync()[0]);
      };
      expect((at(step) - at(-step)) / (2 * step), `${attention} ${name}`).toBeCloseTo(slope, 1);
      csa.parameters.set(name, parameter);
    }
  }
});

test('the shipped quadruplet gives PyTorch’s cross logits, and its attention is a share of each level', async () => {
  const file = (path: string): Uint8Array<ArrayBuffer> =>
    new Uint8Array(readFileSync(new URL(`../../../${path}`, import.meta.url)));
  const shipped = (path: string): Uint8Array<ArrayBuffer> => file(`public/models/qcs-mobile/${path}`);
  const { manifest, arrays } = await loadModelFromFiles(shipped('manifest.json'), shipped, ['base', 'training']);
  const golden = readSafetensors(file('test/fixtures/qcs-mobile.shipped.golden.safetensors'));
  const { data, shape } = golden.get('crops')!;
  const [count, side] = shape;
  const crops = new Float32Array(count * 112 * 112);
  for (let index = 0; index < count; index++) {
    const pixels = data.slice(index * side * side, (index + 1) * side * side).map((value) => value / 255);
    crops.set(
      resizeHalfPixel({ data: pixels, width: side, height: side, channels: 1 }, 112, 112).data,
      index * 112 * 112,
    );
  }
  const network = createNetwork(manifest.architecture, manifest.classes.length, manifest.input.size);
  const parameters = createParameters(arrays, network.parameters);
  const images = tf.tensor4d(random.normalise(crops, 1), [count, 112, 112, 3]);
  const { base, cross, attention } = network.forward(new Context(parameters, { mode: 'evaluation' }), images);
  expect(largestDifference(base.dataSync(), golden.get('logits')!.data)).toBeLessThan(1e-3);
  expect(largestDifference(cross!.dataSync(), golden.get('quadruplet_cross_logits')!.data)).toBeLessThan(1e-3);
  expect(attention!.shape).toEqual([4, 4, 3, 49]);
  for (const total of tf.sum(attention!, 3).dataSync()) expect(total).toBeCloseTo(1, 5);
  tf.dispose([images, base, cross!, attention!]);
  disposeParameters(parameters);
});
