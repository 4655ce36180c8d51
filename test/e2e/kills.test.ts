import { expect, test } from 'vitest';
import { killWhileWriting } from '../support/kills.js';

const ROUNDS = 4;

test('a browser that is killed while it writes has, each time it is back, all that it said was stored', async () => {
  const { rounds, images, models } = await killWhileWriting({ rounds: ROUNDS, seed: 7 });
  expect(rounds).toBe(ROUNDS);
  expect(images).toBeGreaterThan(0);
  expect(models).toBeGreaterThan(0);
});
