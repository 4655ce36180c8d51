/** `npm run reliability -- REPORT.json...`: writes what the tests said last into the table of docs/reliability.md, from JSON reports of Vitest. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withResults } from './reliability/faults.js';
import { titlePattern } from './reliability/titles.js';

interface Report {
  readonly startTime: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DOCUMENT = join(ROOT, 'docs/reliability.md');

const reports = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')) as Report);
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();

const markdown = withResults(readFileSync(DOCUMENT, 'utf8'), ({ file, title, seen }) => {
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
});
writeFileSync(DOCUMENT, markdown);
