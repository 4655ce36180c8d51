/** Gathers the pages of the manual, with their links mended, into one folder that the site is made of. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sitePages } from './pages.js';
import { siteLinks } from './links.js';

/** Comments tell the project's own commands where to write; the page is for readers. */
const COMMENT = /^<!--[^]*?-->\n?/gm;

/** Writes what has changed. @throws Error for a link that leads nowhere */
export function assemble(root: string, target: string): void {
  const pages = sitePages(root);
  for (const [from, to] of pages) {
    const text = siteLinks(readFileSync(join(root, from), 'utf8').replaceAll(COMMENT, ''), {
      from,
      pages,
      lies: (path) => existsSync(join(root, path)),
      take: (path) => copy(join(root, path), join(target, path)),
    });
    write(join(target, to), text);
  }
  const here = '../../scripts/docs/site';
  write(join(target, '.vitepress/config.ts'), `export { config as default } from '${here}/config.js';\n`);
  write(join(target, '.vitepress/theme/index.ts'), `export { default } from '../${here}/theme.js';\n`);
}

function write(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
