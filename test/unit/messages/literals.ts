/** Finds text for people that stands in the code of an element instead of the catalogue. */
import { parseSync } from 'vite';

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const ATTRIBUTE = /(?:aria-label|aria-valuetext|title|alt|placeholder)="([^"]*)"/g;
const WORD = /\p{L}{2,}/u;
const SENTENCE = /\p{L}{2,}[,:]? \p{L}{2,}/u;

/** Texts of templates, and strings of two words and more. Errors are left out: their messages are English everywhere. */
export function literals(path: string, source: string): string[] {
  const found: string[] = [];
  walk(parseSync(path, source).program as unknown as Node, found);
  return found;
}

function walk(node: Node, found: string[]): void {
  if (node.type === 'ImportDeclaration' || node.type === 'NewExpression') return;
  if (node.type === 'TaggedTemplateExpression') {
    const tag = node['tag'] as { readonly name?: string };
    const template = node['quasi'] as { readonly quasis: readonly { readonly value: { readonly raw: string } }[] };
    if (tag.name === 'css') return;
    if (tag.name === 'html') found.push(...textsOf(template.quasis.map(({ value }) => value.raw).join('\0')));
    for (const inner of (node['quasi'] as { readonly expressions: readonly Node[] }).expressions) walk(inner, found);
    return;
  }
  if (node.type === 'Literal' && typeof node['value'] === 'string' && isSentence(node['value'])) {
    found.push(node['value']);
  }
  if (node.type === 'TemplateElement') {
    const { raw } = node['value'] as { readonly raw: string };
    if (SENTENCE.test(raw)) found.push(raw);
  }
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) walk(child, found);
  }
}

/** What stands between the tags of a template, and in attributes that are read aloud. */
function textsOf(template: string): string[] {
  const plain = template.replaceAll(/<!--.*?-->/gs, '').replaceAll(/<code\b.*?<\/code>/gs, '');
  const tags = [...plain.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
  const spoken = tags.flatMap((tag) => [...tag.matchAll(ATTRIBUTE)].map(([, text]) => text));
  const between = plain.split(/<[^>]*>|\0/);
  return [...spoken, ...between].map((text) => text.trim()).filter((text) => WORD.test(text));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Selectors of CSS have words beside each other too. */
function isSentence(text: string): boolean {
  return SENTENCE.test(text) && !text.includes('[');
}
