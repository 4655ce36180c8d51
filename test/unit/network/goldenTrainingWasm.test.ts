import { beforeAll, test } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { GOLDEN_NAMES } from './golden.js';
import { expectGoldenStep } from './goldenStep.js';

/** A busy machine may take minutes. */
const PATIENCE = 600_000;

beforeAll(async () => {
  await startNodeBackend('wasm');
});

for (const name of GOLDEN_NAMES) {
  test(
    `${name} on WebAssembly: logits, losses, gradients, SAM, BN statistics and Adam of the published step`,
    async () => {
      await expectGoldenStep(name);
    },
    PATIENCE,
  );
}
