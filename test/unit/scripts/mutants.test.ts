/** The list of mutants keeps up with the sources: whether tests notice them is for `npm run mutants`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { changedBy } from '../../../scripts/mutants/change.js';
import { allMutants } from '../../../scripts/mutants/list.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MUTANTS = allMutants(ROOT);

describe('the list of mutants', () => {
  it('has a name for each, once', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))('%s still breaks one place', (_, mutant) => {
    const source = readFileSync(join(ROOT, mutant.file), 'utf8');
    expect(changedBy(source, mutant)).not.toBe(source);
    for (const test of mutant.tests) expect([test, existsSync(join(ROOT, test))]).toEqual([test, true]);
  });
});
