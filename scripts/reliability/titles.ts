/** The titles of tests, read from their sources. */
import { readFileSync } from 'node:fs';
import { parseSync } from 'vite';

interface SyntaxNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

const TESTS = new Set(['test', 'it']);

/** The titles of all tests of a file, as they are written: `%s` and `${...}` stand for what a table of cases puts there. */
export function titlesOf(path: string): readonly string[] {
  const titles: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isSyntaxNode(value)) return;
    if (value.type === 'CallExpression') titles.push(...titleOfCall(value));
    Object.values(value).forEach(visit);
  };
  visit(parseSync(path, readFileSync(path, 'utf8')).program);
  return titles;
}

/** What a title with places for cases matches in a report of Vitest. */
export function titlePattern(title: string): RegExp {
  const parts = title.split(/%[sdifjop#]|\$\{[^}]*\}|\$\w+/);
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's');
}

function titleOfCall({ callee, arguments: given }: SyntaxNode): string[] {
  if (!TESTS.has(rootName(callee) ?? '') || !Array.isArray(given) || !isSyntaxNode(given[0])) return [];
  const [first] = given as [SyntaxNode];
  if (first.type === 'Literal' && typeof first['value'] === 'string') return [first['value']];
  if (first.type !== 'TemplateLiteral') return [];
  const quasis = first['quasis'] as readonly { readonly value: { readonly cooked: string } }[];
  return [quasis.map(({ value }) => value.cooked).join('${}')];
}

/** `test` of `test(...)`, `test.skipIf(...)(...)`, `test.each(...)(...)`. */
function rootName(value: unknown): string | undefined {
  if (!isSyntaxNode(value)) return undefined;
  if (value.type === 'Identifier') return String(value['name']);
  if (value.type === 'MemberExpression') return rootName(value['object']);
  return value.type === 'CallExpression' || value.type === 'TaggedTemplateExpression'
    ? rootName(value['callee'] ?? value['tag'])
    : undefined;
}

function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
