/** That the manual is whole: every code, every page, every file that ships, and no link that leads nowhere. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_USAGES } from '../../../scripts/docs/reference/commandLine.js';
import { deadLinks } from '../../../scripts/docs/site/deadLinks.js';
import { siteLinks } from '../../../scripts/docs/site/links.js';
import { CONTENTS, REFERENCE, sitePages } from '../../../scripts/docs/site/pages.js';
import { KERNEL_FILES } from '../../../scripts/kernels.js';
import { DETECTOR, SHIPPED_BINARIES } from '../../../scripts/shippedBinaries.js';
import type { Manifest } from '../../../src/weights/manifest.js';
import { COMMANDS } from '../../support/docs/shell.js';

const root = join(import.meta.dirname, '../../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = sitePages(root);

describe('errors by code', () => {
  const codes = [...text('src/errors.ts').matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code);
  const sections = text('docs/errors.md').split(/^### /m).slice(1);

  test('are all codes, once each', () => {
    expect(codes.length).toBeGreaterThan(35);
    const told = sections.map((section) => /^`([a-z-]+)`\n/.exec(section)?.[1] ?? section);
    expect(told.toSorted()).toEqual(codes.toSorted());
  });

  test.each(codes)('%s says what happened and what to do', (code) => {
    const section = sections.find((each) => each.startsWith(`\`${code}\`\n`));
    expect(section).toMatch(/\n\*\*What happened\.\*\* \S.{20,}[^]*\n\*\*What to do\.\*\* \S.{5,}/);
  });

  test('stand under the class that raises them', () => {
    const unions = [...text('src/errors.ts').matchAll(/export type (\w+)ErrorCode =\n([^;]+);/g)];
    const chapters = text('docs/errors.md').split(/^## /m);
    for (const [, kind, union] of unions) {
      const chapter = chapters.find((each) => each.includes(`\n\`${kind}Error\`.\n`));
      const told = [...(chapter ?? '').matchAll(/^### `([a-z-]+)`/gm)].map(([, code]) => code);
      expect(told.toSorted()).toEqual([...union.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code).toSorted());
    }
  });
});

test('every page stands in the table of contents, once', () => {
  const listed = CONTENTS.flatMap(({ items }) => items.map(({ link }) => link.replace(/^\/|\/$/g, '')));
  const there = [...pages.values()].map((page) => page.replace(/(?:^|\/)?index\.md$|\.md$/, ''));
  expect(listed.toSorted()).toEqual(there.toSorted());
});

test('every command stands in the reference and is asked by the tests of commands', () => {
  const known = [...text('cli/main.ts').matchAll(/^ {2}'?([\w-]+)'?: \{ usage: /gm)].map(([, name]) => name);
  expect(known.length).toBeGreaterThan(7);
  expect([...COMMAND_USAGES.keys()].toSorted()).toEqual(known.toSorted());
  expect(Object.keys(COMMANDS).toSorted()).toEqual(known.toSorted());
});

test('what ships stands with its hash and its source, and nothing else', () => {
  const rows = [...text('docs/provenance.md').matchAll(/^\| `([^`]+)` \| (.*) \| [^|]+ \| `?([^`|]+?)`? \|$/gm)];
  const told = Object.fromEntries(rows.map(([, file, , hash]) => [file, hash]));
  const { files } = JSON.parse(text('public/models/qcs-mobile/manifest.json')) as Manifest;
  const shipped = [
    ...SHIPPED_BINARIES.filter(({ target }) => target.startsWith('runtime/')).map(({ target, sha256 }) => [
      target,
      sha256,
    ]),
    [DETECTOR.target, DETECTOR.targetHash],
    ...KERNEL_FILES.map(({ target }) => [target, 'as the sources compile']),
    ...files.map(({ path, sha256 }) => [`models/qcs-mobile/${path}`, sha256]),
  ];
  expect(told).toEqual(Object.fromEntries(shipped));
  const sources = new Map([...SHIPPED_BINARIES, DETECTOR].map(({ target, source }) => [target, source]));
  for (const [, file, from] of rows) {
    const named = /^node_modules\/((?:@[\w-]+\/)?[\w-]+)/.exec(sources.get(file) ?? '')?.[1];
    if (named === undefined) continue;
    const { version } = JSON.parse(text(`node_modules/${named}/package.json`)) as { version: string };
    expect(from).toContain(`\`${named}\` ${version}`);
  }
  expect(text('docs/provenance.md')).toContain(DETECTOR.sourceHash);
  expect(text('docs/provenance.md')).toContain(SHIPPED_BINARIES.at(-1)!.sha256);
});

describe('links', () => {
  const place = (from: string, taken: string[] = []) => ({
    from,
    pages,
    lies: (path: string) => existsSync(join(root, path)),
    take: (path: string) => void taken.push(path),
  });

  test('of every page lead to a page, a picture or a file of the repository', () => {
    const kept = [...pages.keys()].filter((page) => !page.startsWith('docs/reference/'));
    for (const from of kept) expect(() => siteLinks(text(from), place(from))).not.toThrow();
    expect(pages.size - kept.length).toBe(REFERENCE.length);
  });

  test('become those of the site; files that are no pages are named; code is left alone', () => {
    const taken: string[] = [];
    const mended = siteLinks(
      '[a](../SECURITY.md#top) [b](howto/train.md) [`src/errors.ts`](../src/errors.ts) [c](../src/errors.ts)\n' +
        '![d](images/recognise.png) `[e](gone.md)` [f](https://a.org/) [g](#h)\n```md\n[i](gone.md)\n```\n',
      place('docs/models.md', taken),
    );
    expect(mended).toBe(
      '[a](./security.md#top) [b](./howto/train.md) `src/errors.ts` c (`src/errors.ts`)\n' +
        '![d](./docs/images/recognise.png) `[e](gone.md)` [f](https://a.org/) [g](#h)\n```md\n[i](gone.md)\n```\n',
    );
    expect(taken).toEqual(['docs/images/recognise.png']);
    expect(() => siteLinks('[a](gone.md)', place('docs/models.md'))).toThrow('docs/models.md leads to gone.md');
  });

  test('of a built site are followed to pages, files and places within', () => {
    const folder = mkdtempSync(join(tmpdir(), 'qcs-site-'));
    const page =
      '<a href="./b.html#here">1</a><a href="/b">2</a><a href="#own">3</a><p id="own"></p><img src="/gone.png">';
    try {
      writeFileSync(join(folder, 'a.html'), page);
      writeFileSync(
        join(folder, 'b.html'),
        '<a class="x" href="a.html#gone">1</a><a href="c.html">2</a><a href="https://c.d">3</a>',
      );
      expect(deadLinks(folder)).toEqual([
        'a.html: ./b.html#here',
        'a.html: /gone.png',
        'b.html: a.html#gone',
        'b.html: c.html',
      ]);
      expect(deadLinks(folder, '/base/')).toContain('a.html: /b');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the package', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(packed) as [{ files: readonly { path: string }[] }];
  const carried = new Set(files.map(({ path }) => path));
  const linked = (from: string) =>
    [
      ...text(from)
        .replaceAll(/```[^]*?```|`[^`\n]*`/g, '')
        .matchAll(/\]\(([^)\s#]+)/g),
    ]
      .map(([, target]) => target)
      .filter((target) => !/^\w+:/.test(target))
      .map((target) => posix.join(dirname(from), target));

  test('carries every file that its README links and shows', () => {
    expect(linked('README.md').length).toBeGreaterThan(8);
    expect(linked('README.md').filter((path) => !carried.has(path))).toEqual([]);
  });

  test('carries every page that its own pages link, the generated ones after a build', () => {
    const own = [...carried].filter((path) => path.endsWith('.md') && path.startsWith('docs/'));
    const missing = own.flatMap((from) =>
      linked(from).filter((path) => path.endsWith('.md') && !path.startsWith('docs/reference/') && !carried.has(path)),
    );
    expect(own.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });
});
