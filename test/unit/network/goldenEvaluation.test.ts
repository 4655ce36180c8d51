import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { Context } from '../../../src/network/context.js';
import type { ForwardResult } from '../../../src/network/network.js';
import { createParameters, disposeParameters } from '../../../src/network/parameters.js';
import * as golden from './golden.js';
import { largestDifference } from './numbers.js';

const EVALUATION_TOLERANCE = 1e-4;

/** Plain JavaScript is slow, and slower on a busy machine. */
const PATIENCE = 600_000;

beforeAll(async () => {
  await startNodeBackend('cpu');
});

for (const name of golden.GOLDEN_NAMES) {
  test(
    `${name}: every logit in evaluation is the published code's, and the base branch alone gives its own`,
    async () => {
      const arrays = await golden.goldenArrays(name);
      const branches = golden.branchesOf(name);
      const network = golden.tinyNetwork(name);
      const parameters = createParameters(await golden.goldenCheckpoint(name), network.parameters);
      const images = golden.goldenImages(arrays, branches);
      const context = new Context(parameters, { mode: 'evaluation' });

      const kept: { result?: ForwardResult } = {};
      tf.tidy(() => {
        kept.result = network.forward(context, images);
        tf.keep(kept.result.base);
        tf.keep(kept.result.cross!);
      });
      const result = kept.result!;
      for (const [index, { short }] of branches.entries()) {
        for (const part of ['base', 'cross'] as const) {
          const logits = await golden.branchLogits(result[part]!, index, branches.length);
          const expected = arrays.get(`eval_${part}_${short}`)!.data;
          expect(largestDifference(logits, expected), `${part} ${short}`).toBeLessThan(EVALUATION_TOLERANCE);
        }
      }

      const anchors = tf.slice(images, 0, images.shape[0] / branches.length);
      const alone = tf.tidy(() => network.logits(context, anchors));
      const expected = arrays.get('eval_base')!.data;
      expect(largestDifference(alone.dataSync(), expected)).toBeLessThan(EVALUATION_TOLERANCE);
      expect(context.moved.size).toBe(0);

      tf.dispose([images, anchors, alone, result.base, result.cross!]);
      disposeParameters(parameters);
      expect(tf.memory().numTensors).toBe(0);
    },
    PATIENCE,
  );
}
