/**
 * The code blocks of the documents. What stands behind the three signs says what a block claims: `ts` is compiled, `html` is opened, `sh` is parsed, and
 * so on; a second word `excerpt` says that it is a piece of something and is not run, `service-worker` that it runs as one. `text` and nothing claim nothing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sitePages } from '../../../scripts/docs/site/pages.js';

export interface CodeBlock {
  /** The document, below the repository's root. */
  readonly file: string;
  /** Of its first line, counted from 1. */
  readonly line: number;
  /** The heading above it. */
  readonly heading: string;
  readonly language: string;
  readonly excerpt: boolean;
  readonly serviceWorker: boolean;
  readonly text: string;
}

const FENCE = /^([ \t]*)(`{3,})([^\n`]*)\n([^]*?)^\1\2[ \t]*$/gm;

/** Blocks of one document, without the spaces that a list puts before them. */
export function blocksOf(file: string, markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(FENCE)].map(({ 1: indent, 3: info, 4: text, index }) => {
    const before = markdown.slice(0, index);
    const [language = '', ...words] = info.trim().split(/\s+/);
    return {
      file,
      line: before.split('\n').length + 1,
      heading: [...before.replaceAll(FENCE, '').matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '',
      language,
      excerpt: words.includes('excerpt'),
      serviceWorker: words.includes('service-worker'),
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    };
  });
}

/** Of the manual, with its generated pages where a build has written them, and of the README. */
export function documentBlocks(root: string): readonly CodeBlock[] {
  return ['README.md', ...sitePages(root).keys()]
    .filter((file) => existsSync(join(root, file)))
    .flatMap((file) => blocksOf(file, readFileSync(join(root, file), 'utf8')));
}

/** For a test's title or a message. */
export function placeOf({ file, line }: CodeBlock): string {
  return `${file}:${line}`;
}
