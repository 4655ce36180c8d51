/**
 * `npm run mutants`: breaks one line at a time (scripts/mutants/*.json) and runs the tests that should notice. Prints the mutants that none noticed
 * and ends with 1 if there are any. `npm run mutants -- NAME...` takes some: `step` (a list), `step/sam-off` (one). The change is made as the
 * source is loaded, so that no file is ever broken.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changedBy, type Change } from './mutants/change.js';
import { allMutants, type Listed } from './mutants/list.js';

type Outcome = 'noticed' | 'survived' | 'not run';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const reports = mkdtempSync(join(tmpdir(), 'mutants-'));
/** Mutants at once, as many as the smallest machine has cores. */
const AT_ONCE = 2;
/** A mutant that never ends was noticed, ms. */
const PATIENCE = 300_000;

function chosen(mutants: readonly Listed[], names: readonly string[]): readonly Listed[] {
  const unknown = names.find((name) => !mutants.some((mutant) => isNamed(mutant, name)));
  if (unknown !== undefined) throw new Error(`There is no mutant ${unknown}.`);
  return names.length === 0 ? mutants : mutants.filter((mutant) => names.some((name) => isNamed(mutant, name)));
}

function isNamed(mutant: Listed, name: string): boolean {
  return mutant.name === name || mutant.name.startsWith(`${name}/`);
}

/** Runs tests with a change or without one. `survived`: they passed; `not run`: no test ended, so that nothing is known. */
function outcomeOf(tests: readonly string[], change: Change | null, report: string): Promise<Outcome> {
  const { MUTANT: _, ...environment } = process.env;
  const entry = join(root, 'node_modules/vitest/vitest.mjs');
  const config = join(root, 'test/support/mutants.config.ts');
  const output = join(reports, `${report}.json`);
  const args = [entry, 'run', '--config', config, '--reporter=json', `--outputFile=${output}`, ...tests];
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: 'ignore',
      env: change === null ? environment : { ...environment, MUTANT: JSON.stringify(change) },
      timeout: PATIENCE,
    });
    child.on('error', fail);
    child.on('exit', (code, signal) => done(signal === null ? readOutcome(output, code) : 'noticed'));
  });
}

function readOutcome(output: string, code: number | null): Outcome {
  try {
    const report = JSON.parse(readFileSync(output, 'utf8')) as { numPassedTests: number; numFailedTests: number };
    if (report.numFailedTests > 0) return 'noticed';
    return code === 0 && report.numPassedTests > 0 ? 'survived' : 'not run';
  } catch {
    return 'not run';
  }
}

async function main(): Promise<number> {
  const mutants = chosen(allMutants(root), process.argv.slice(2));
  for (const mutant of mutants) changedBy(readFileSync(join(root, mutant.file), 'utf8'), mutant);
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  if ((await outcomeOf(tests, null, 'whole')) !== 'survived') {
    process.stdout.write(`The tests fail without any mutant: ${tests.join(' ')}\n`);
    return 1;
  }
  const bad: string[] = [];
  const waiting = [...mutants.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, mutant] = next;
      const outcome = await outcomeOf(mutant.tests, mutant, `${index}`);
      if (outcome !== 'noticed') bad.push(`${mutant.name} (${mutant.file}): ${outcome}`);
      process.stdout.write(`${outcome}: ${mutant.name}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  process.stdout.write(`\n${mutants.length} mutants, ${bad.length} not noticed\n${bad.join('\n')}\n`);
  return bad.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} finally {
  rmSync(reports, { recursive: true, force: true });
}
