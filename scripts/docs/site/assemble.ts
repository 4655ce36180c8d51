/** Gathers the pages of the manual, with their links mended, into one folder that the site is made of. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
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
  for (const [module, source] of Object.entries({ 'config.ts': 'config', 'theme/index.ts': 'theme' })) {
    const path = join(target, '.vitepress', module);
    const from = relative(dirname(path), join(root, 'scripts/docs/site', source))
      .split(sep)
      .join('/');
    write(path, `export { default } from '${from}.js';\n`);
  }
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
