import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { batchNormCases, convolutionGradientCases, pairwiseDistanceCases } from './kernelCases.js';
import { gradientCases, matMulCases } from './operationCases.js';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe.each(['cpu', 'wasm'] as const)('kernels on %s', (name) => {
  beforeAll(async () => {
    await startNodeBackend(name);
    if (tf.getBackend() !== name) throw new Error(`${name} did not start`);
  });
  pairwiseDistanceCases(SEEDS);
  batchNormCases(SEEDS);
  convolutionGradientCases(SEEDS);
  matMulCases();
  gradientCases();
});
