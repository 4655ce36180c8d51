import { beforeAll, test } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { expectGoldenStep } from './goldenStep.js';

/** Plain JavaScript takes its time: the smallest set is enough to hold the reference backend to the numbers. */
const PATIENCE = 600_000;

beforeAll(async () => {
  await startNodeBackend('cpu');
});

test(
  'dcs-tiny-7 in plain JavaScript: logits, losses, gradients, SAM, BN statistics and Adam of the published step',
  async () => {
    await expectGoldenStep('dcs-tiny-7');
  },
  PATIENCE,
);
