/** Vitest with one source changed as it is loaded, told by the variable MUTANT (see scripts/mutants.ts): nothing on the disk changes. */
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { changedBy, type Change } from '../../scripts/mutants/change.js';

const root = resolve(import.meta.dirname, '../..');
const change = process.env['MUTANT'] === undefined ? null : (JSON.parse(process.env['MUTANT']) as Change);

export default defineConfig({
  root,
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform: (code, id) => (change !== null && id === resolve(root, change.file) ? changedBy(code, change) : null),
    },
  ],
  test: {
    include: ['test/unit/**/*.test.ts'],
    environment: 'node',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    bail: 1,
  },
});
