/** 500 files a reader; `npm run fuzz` feeds more. */
import { describe, expect, it } from 'vitest';
import { fuzz, PARSERS } from '../../support/fuzz/index.js';

const RUNS = 500;
const SEED = 20_251_125;

describe('a file from elsewhere is read right or refused by name, in bounded time and memory', () => {
  it.each(PARSERS.map((parser) => [parser.name, parser] as const))('%s', async (_, parser) => {
    const { sound, refused } = await fuzz(parser, { runs: RUNS, seed: SEED });
    expect(sound).toBeGreaterThan(RUNS / 50);
    expect(Object.keys(refused).length).toBeGreaterThan(0);
  });
});
