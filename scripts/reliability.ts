/** `npm run reliability -- REPORT.json...`: writes what the tests said last into the tables of docs/reliability.md and SECURITY.md, from JSON reports of Vitest. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FaultRow, withResults } from './reliability/faults.js';
import { titlePattern } from './reliability/titles.js';

interface Report {
  readonly startTime: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DOCUMENTS = ['docs/reliability.md', 'SECURITY.md'].map((path) => join(ROOT, path));

const reports = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')) as Report);
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();

function lastSeen({ file, title, seen }: FaultRow): string {
  const pattern = titlePattern(title);
  for (const { startTime, testResults } of reports.toReversed()) {
    const tests = testResults
      .filter(({ name }) => relative(ROOT, name) === file)
      .flatMap(({ assertionResults }) => assertionResults.filter((test) => pattern.test(test.title)));
    const ran = tests.filter(({ status }) => status === 'passed' || status === 'failed');
    if (ran.length === 0) continue;
    const passed = ran.every(({ status }) => status === 'passed');
    return `${passed ? 'passed' : 'FAILED'} ${new Date(startTime).toISOString().slice(0, 10)} ${commit}`;
  }
  return seen;
}

for (const path of DOCUMENTS) writeFileSync(path, withResults(readFileSync(path, 'utf8'), lastSeen));
