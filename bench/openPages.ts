/** The pages of the benches: served from the sources, opened in the Chromium of the tests. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import { createServer } from 'vite';
import { CHROMIUM_ARGUMENTS, findChromium } from '../test/support/chromium.js';

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Milliseconds that a page may take to open: other work may keep the machine busy. */
const PATIENCE = 180_000;

/** Opens a page of this folder and waits until it has put `ready` on its window. */
export type OpenPage = (path: string, ready: string) => Promise<Page>;

/** Runs `use`, then closes the browser and the server. */
export async function withPages(use: (open: OpenPage, version: string) => Promise<void>): Promise<void> {
  const server = await createServer({
    root,
    configFile: join(root, 'vite.config.ts'),
    cacheDir: 'test/.cache/vite-bench',
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false },
  });
  await server.listen();
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...CHROMIUM_ARGUMENTS] });
  try {
    await use(async (path, ready) => {
      const page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE);
      page.on('pageerror', (error) => process.stderr.write(`${path}: ${error.message}\n`));
      page.on('console', (message) => {
        if (message.type() === 'error') process.stderr.write(`${path}: ${message.text()}\n`);
      });
      await page.goto(new URL(`bench/${path}`, server.resolvedUrls?.local[0]).href);
      await page.waitForFunction((name) => name in window, ready);
      return page;
    }, browser.version());
  } finally {
    await browser.close();
    await server.close();
  }
}
