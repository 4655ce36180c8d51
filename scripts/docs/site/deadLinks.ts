/** Links of a built site that lead to no page, no file or no place within a page. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';

const HREF = /<a\s[^>]*?href="([^"]+)"/g;
const SRC = /<(?:img|script|link)\s[^>]*?(?:src|href)="([^"]+)"/g;
const ID = /\sid="([^"]+)"/g;

/** @param base the path under which the site is served. Answers `page: link` of each. */
export function deadLinks(site: string, base = '/'): readonly string[] {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.html'));
  const texts = new Map(pages.map((path) => [resolve(site, path), readFileSync(join(site, path), 'utf8')]));
  const places = new Map([...texts].map(([path, text]) => [path, new Set([...text.matchAll(ID)].map(([, id]) => id))]));
  return [...texts].flatMap(([path, text]) => {
    const targets = [...text.matchAll(HREF), ...text.matchAll(SRC)].map(([, target]) => decodeURI(unescaped(target)));
    const own = `/${relative(site, path).split(sep).join('/')}`;
    return [...new Set(targets)]
      .filter((target) => !/^(?:\w+:|\/\/)/.test(target) && !leads(target, own))
      .map((target) => `${own.slice(1)}: ${target}`);
  });

  function leads(target: string, from: string): boolean {
    const [path, anchor] = target.split('#', 2);
    if (path.startsWith('/') && !path.startsWith(base)) return false;
    const there = path.startsWith('/') ? `/${path.slice(base.length)}` : posix.resolve(dirname(from), path);
    const found = path === '' ? resolve(site, from.slice(1)) : fileOf(resolve(site, there.slice(1)));
    if (found === undefined) return false;
    return anchor === undefined || anchor === '' || places.get(found)?.has(anchor) === true;
  }
}

/** As a static server finds it. */
function fileOf(path: string): string | undefined {
  const candidates = [path, join(path, 'index.html'), `${path}.html`];
  return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
}

function unescaped(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
