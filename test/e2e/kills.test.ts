/** Kills in the middle of writing. Each leaves a torn note in the browser's journal, too. `npm run kills` does it 200 times and more. */
import { expect, test } from 'vitest';
import { killWhileStoring } from '../support/kills/images.js';
import { killWhileTraining } from '../support/kills/training.js';

test('a browser that is killed while it writes has, each time it is back, all that it said was stored', async () => {
  const rounds = 4;
  const report = await killWhileStoring({ rounds, seed: 7, tears: true });
  expect(report.rounds).toBe(rounds);
  expect(report.images).toBeGreaterThan(0);
  expect(report.models).toBeGreaterThan(0);
});

test('a browser that is killed while it trains offers the run each time it is back, from the last saved step', async () => {
  const rounds = 2;
  const { checkpoints, steps } = await killWhileTraining({ rounds, seed: 7, tears: true });
  expect(checkpoints).toBeGreaterThan(rounds);
  expect(steps).toBeGreaterThan(rounds);
});
