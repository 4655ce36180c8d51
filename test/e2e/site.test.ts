/** The manual as a site: every link leads somewhere, nothing is asked of another server, and its search finds. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vitepress';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assemble } from '../../scripts/docs/site/assemble.js';
import { deadLinks } from '../../scripts/docs/site/deadLinks.js';
import { sitePages } from '../../scripts/docs/site/pages.js';
import { openSite, root } from '../support/page.js';

const pages = join(root, 'test/.cache/manual');
const folder = join(root, 'test/.cache/manual-site');
const BASE = '/some/where/';

describe('the site of the manual', () => {
  beforeAll(async () => {
    rmSync(pages, { recursive: true, force: true });
    assemble(root, pages);
    await build(pages, { base: BASE, outDir: folder });
  });
  afterAll(() => {
    for (const made of [pages, folder]) rmSync(made, { recursive: true, force: true });
  });

  test('has every page, and no link that leads nowhere', () => {
    for (const page of sitePages(root).values()) {
      expect(existsSync(join(folder, page.replace(/\.md$/, '.html'))), page).toBe(true);
    }
    expect(deadLinks(folder, BASE)).toEqual([]);
  });

  test('has a place for every error code to link to', () => {
    const page = readFileSync(join(folder, 'errors.html'), 'utf8');
    const codes = [...readFileSync(join(root, 'src/errors.ts'), 'utf8').matchAll(/^ {2}\| '([a-z-]+)'/gm)];
    for (const [, code] of codes) expect(page).toContain(` id="${code}"`);
  });

  test('names no other server in what it loads', () => {
    const loading = /(?:src|srcset|href)="(?:https?:)?\/\/|url\(["']?(?:https?:)?\/\/|@import ["'](?:https?:)?\/\//;
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(?:html|css)$/.test(path)) continue;
      const text = readFileSync(join(folder, path), 'utf8').replaceAll(/<a [^>]*>/g, '');
      expect([path, loading.exec(text)?.[0]]).toEqual([path, undefined]);
    }
  });

  test('is read, searched and walked through without a request to another origin, and without an error', async () => {
    const site = await openSite({
      folder,
      base: BASE,
      path: `${BASE}index.html`,
      policy: "default-src 'self' 'unsafe-inline' data:",
    });
    try {
      const asked: string[] = [];
      site.page.on('request', (request) => asked.push(request.url()));
      await site.page.reload();
      await site.page.getByRole('link', { name: 'Get started', exact: true }).first().click();
      await site.page.waitForURL(/get-started/);
      await site.page.keyboard.press('Control+k');
      await site.page.locator('#localsearch-input').fill('camera-policy');
      await site.page.locator('#localsearch-list a').first().click();
      await site.page.waitForURL(/(?:errors|deploy)\.html#/);
      expect(asked.length).toBeGreaterThan(5);
      expect(asked.filter((url) => !url.startsWith(`${site.server.origin}/`) && !url.startsWith('data:'))).toEqual([]);
      expect(site.complaints).toEqual([]);
    } finally {
      await site.close();
    }
  });
});
