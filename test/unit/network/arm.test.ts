import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { amendRepresentation, arrangeFeatures } from '../../../src/network/arm.js';
import { Context, type Mode } from '../../../src/network/context.js';
import { Definition } from '../../../src/network/definition.js';
import { initialArrays } from '../../../src/network/initialise.js';
import { linear } from '../../../src/network/layers.js';
import { createParameters } from '../../../src/network/parameters.js';
import type { NamedArrays } from '../../../src/weights/namedArray.js';
import { goldenArrays } from './golden.js';
import { largestDifference, norm } from './numbers.js';
import { lossGradients, trainableNames } from './gradients.js';

beforeAll(async () => {
  await startNodeBackend('cpu');
});

interface Head {
  readonly parameters: Map<string, tf.Tensor>;
  readonly names: string[];
  readonly logits: (context: Context, features: tf.Tensor4D) => tf.Tensor2D;
}

function head(golden: NamedArrays): Head {
  const define = new Definition('base');
  const arm = amendRepresentation(define, 'arm', 512, 7);
  const classify = linear(define, 'fc', arm.size, 7);
  const arrays = new Map([...initialArrays(define.parameters, 1), ...golden]);
  const parameters = createParameters(arrays, define.parameters);
  return {
    parameters,
    names: trainableNames(define.parameters),
    logits: (context, features) => classify(context, arm.representation(context, features)),
  };
}

/** The golden features, channels last. */
function features(golden: NamedArrays): tf.Tensor4D {
  const { data, shape } = golden.get('features')!;
  return tf.transpose(tf.tensor4d(data, shape as [number, number, number, number]), [0, 2, 3, 1]);
}

function expectClose(actual: tf.Tensor, expected: Float32Array, what: string): void {
  expect(largestDifference(actual.dataSync(), expected) / norm(expected), what).toBeLessThan(2e-5);
}

test('feature arrangement, logits, loss, gradients and BN statistics are the published head’s', async () => {
  const golden = await goldenArrays('arm-head');
  const data = (name: string): Float32Array => golden.get(name)!.data;
  const { parameters, names, logits } = head(golden);
  const x = features(golden);
  expectClose(arrangeFeatures(x), data('train_shuffled'), 'arrangement');

  const context = new Context(parameters, { mode: 'training' });
  const kept: tf.Tensor[] = [];
  const withFeatures = new Map([...parameters, ['features', x]]);
  const { loss, gradients } = lossGradients(withFeatures, [...names, 'features'], () => {
    const result = logits(context, x);
    kept.push(tf.keep(result));
    const labels = tf.oneHot(tf.tensor1d([...data('label')], 'int32'), 7);
    return tf.neg(tf.mean<tf.Scalar>(tf.sum(tf.mul(labels, tf.logSoftmax(result)), 1)));
  });
  expectClose(kept[0], data('train_logits'), 'logits');
  expect(loss.dataSync()[0]).toBeCloseTo(data('train_loss')[0], 5);
  expectClose(tf.transpose(gradients.get('features')!, [0, 3, 1, 2]), data('grad/features'), 'features');
  for (const name of ['arm.de_albino.weight', 'arm.alpha', 'arm.bn.weight', 'fc.weight']) {
    expectClose(gradients.get(name)!, data(`grad/${name}`), name);
  }
  for (const name of ['arm.bn.running_mean', 'arm.bn.running_var']) {
    expectClose(context.moved.get(name)!, data(`${name}_after`), name);
  }
});

test('the global mean’s moving average starts at the first batch’s, decays by 0.9, and alone decides at inference', async () => {
  const golden = await goldenArrays('arm-head');
  const { parameters, logits } = head(golden);
  const x = features(golden);
  const after = (current: Map<string, tf.Tensor>, batch: tf.Tensor4D): Map<string, tf.Tensor> => {
    const context = new Context(current, { mode: 'training' });
    logits(context, batch);
    return new Map([...current, ...context.moved]);
  };
  const average = (map: Map<string, tf.Tensor>): Float32Array | Int32Array | Uint8Array =>
    map.get('arm.running_affinity')!.dataSync();
  const first = after(parameters, x);
  const alone = average(after(parameters, tf.mul(x, 2)));
  const both = average(after(first, tf.mul(x, 2)));
  const expected = average(first).map((value, index) => 0.9 * value + 0.1 * alone[index]);
  expect(norm(average(first))).toBeGreaterThan(0.1);
  expect(largestDifference(both, expected)).toBeLessThan(1e-6);

  const evaluate = (mode: Mode, batch: tf.Tensor4D): Float32Array | Int32Array | Uint8Array =>
    logits(new Context(first, { mode }), batch).dataSync();
  const together = evaluate('evaluation', x);
  const single = evaluate('evaluation', tf.slice(x, [1, 0, 0, 0], [1, -1, -1, -1]));
  expect(largestDifference(single, together.slice(7, 14))).toBeLessThan(1e-5);
});
