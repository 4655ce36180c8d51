/** The mutants of scripts/mutants/*.json, each with the tests that should notice. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Change } from './change.js';

interface Mutant extends Change {
  readonly name: string;
  /** Files of tests that should notice, where they are not those of the list. */
  readonly tests?: readonly string[];
}

export interface Listed extends Mutant {
  readonly tests: readonly string[];
}

/** @param root of the repository */
export function allMutants(root: string): Listed[] {
  const lists = join(root, 'scripts/mutants');
  const files = readdirSync(lists).filter((file) => file.endsWith('.json'));
  return files.flatMap((file) => {
    const list = JSON.parse(readFileSync(join(lists, file), 'utf8')) as { tests: string[]; mutants: Mutant[] };
    return list.mutants.map((mutant) => ({
      ...mutant,
      tests: mutant.tests ?? list.tests,
      name: `${basename(file, '.json')}/${mutant.name}`,
    }));
  });
}
