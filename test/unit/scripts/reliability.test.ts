import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { faultRows, withResults } from '../../../scripts/reliability/faults.js';
import { titlePattern, titlesOf } from '../../../scripts/reliability/titles.js';
import { CONTENT_SECURITY_POLICY } from '../../../vite.config.js';
import * as limits from '../../../src/base/limits.js';

const root = join(import.meta.dirname, '../../..');
const reliability = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
const security = readFileSync(join(root, 'SECURITY.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'qcs-titles-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['docs/reliability.md', reliability, 60],
  ['SECURITY.md', security, 25],
])('every row of the table in %s names a test that is there', (_, markdown, least) => {
  const rows = faultRows(markdown);
  const missing = rows.filter(
    ({ file, title }) => !existsSync(join(root, file)) || !titlesOf(join(root, file)).includes(title),
  );
  expect(missing.map(({ fault, file, title }) => `${fault}: ${file}: ${title}`)).toEqual([]);
  expect(rows.length).toBeGreaterThanOrEqual(least);
});

test('the policy that SECURITY.md recommends is the one under which the demo is built and tested', () => {
  const [, told] = /```\n(default-src[^]*?)\n```/.exec(security) ?? [];
  expect(told.replaceAll('\n', ' ')).toBe(CONTENT_SECURITY_POLICY);
});

test('the limits stand in the document with their values, and no others', () => {
  const rows = reliability.matchAll(/^\| `([A-Z_]+)` \| ([\d,]+) \| [^|]+ \|$/gm);
  const said = Object.fromEntries([...rows].map(([, name, value]) => [name, Number(value.replaceAll(',', ''))]));
  expect(said).toEqual({ ...limits });
});

test('titles are read from their sources, also of tables of cases, and found again in a report', () => {
  const path = join(folder, 'some.test.ts');
  writeFileSync(
    path,
    `test('plain', () => {}); describe('no title', () => { it.each([1])('a case %s of many', () => {}); });
     test.skipIf(true).each([[1]])('skipped: $name', () => {}); for (const x of y) it(\`of \${x}: ends\`, () => {}); other('none');`,
  );
  const titles = titlesOf(path);
  expect(titles).toEqual(['plain', 'a case %s of many', 'skipped: $name', 'of ${}: ends']);
  const reported = ['plain', 'a case 1 of many', 'skipped: me', 'of it (a+b): ends'];
  expect(titles.map((title) => reported.filter((each) => titlePattern(title).test(each)))).toEqual(
    reported.map((each) => [each]),
  );
});

test('results are written into their own rows alone', () => {
  const table =
    '<!-- faults -->\n| F | H | T | S |\n|---|---|---|---|\n| **G** | | | |\n| a | b | `x`: one | |\n| c | d | `x`: two | old |\n<!-- end of faults -->';
  const written = withResults(table, ({ title, seen }) => (title === 'one' ? 'passed' : seen));
  expect(faultRows(written).map(({ title, seen }) => [title, seen])).toEqual([
    ['one', 'passed'],
    ['two', 'old'],
  ]);
  expect(() => faultRows(table.replace('`x`: two', 'two'))).toThrow(RangeError);
});
