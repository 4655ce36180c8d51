/** Elements that leave the page while their model is still on its way from a server that never answers. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { CONTENT_SECURITY_POLICY } from '../../vite.config.js';
import { libraryFolder, openSite, type Site } from '../support/page.js';

let site: Site | undefined;
let server: Server | undefined;
afterEach(async () => {
  await site?.close();
  server?.closeAllConnections();
  server?.close();
});

/** A server that takes requests and never answers, and how many of them are open. */
async function hungServer(): Promise<{
  readonly origin: string;
  readonly open: () => number;
  readonly asked: () => number;
}> {
  let open = 0;
  let asked = 0;
  server = createServer((_, response) => {
    open++;
    asked++;
    response.on('close', () => open--);
  });
  await new Promise<void>((listening) => server!.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, open: () => open, asked: () => asked };
}

const PAGE = `<!doctype html><html lang="en"><head><title>A page</title>
<script type="module" src="/define.js"></script></head><body></body></html>`;
/** The server that hangs is another origin. */
const policy = CONTENT_SECURITY_POLICY.replace("connect-src 'self'", "connect-src 'self' http://127.0.0.1:*");
const ELEMENTS = 5;

/** Puts elements on the page, each with a model of its own at a server, and makes them want it. */
async function addElements({ page }: Site, origin: string): Promise<void> {
  await page.evaluate(
    async ([count, base]) => {
      await customElements.whenDefined('qcs-fer');
      const photo = document.createElement('canvas');
      for (let index = 0; index < count; index++) {
        const element = document.createElement('qcs-fer');
        element.model = `${base}/${index}/manifest.json`;
        document.body.append(element);
        element.source = photo;
      }
    },
    [ELEMENTS, origin] as const,
  );
}

async function removeElements({ page }: Site): Promise<void> {
  await page.evaluate(() => document.body.replaceChildren());
}

test('five elements that come and go leave no worker alive and no request open', async () => {
  const hung = await hungServer();
  site = await openSite({ folder: libraryFolder, pages: { '/page.html': PAGE }, path: 'page.html', policy });
  await addElements(site, hung.origin);
  await eventually(() => expect([hung.open(), site!.page.workers().length]).toEqual([ELEMENTS, ELEMENTS]), 60_000);
  await removeElements(site);
  await eventually(() => expect([hung.open(), site!.page.workers().length]).toEqual([0, 0]), 10_000);
  expect(site.complaints).toEqual([]);
});

test('and where the page itself does the work it asks for nothing any more', async () => {
  const hung = await hungServer();
  const before = 'delete globalThis.Worker;';
  site = await openSite({ folder: libraryFolder, pages: { '/page.html': PAGE }, path: 'page.html', policy, before });
  await addElements(site, hung.origin);
  await eventually(() => expect(hung.open()).toBe(ELEMENTS), 60_000);
  await removeElements(site);
  await eventually(() => expect(hung.open()).toBe(0), 10_000);
  // Longer than a silent server is waited for before it is asked once more.
  await new Promise((resolve) => setTimeout(resolve, 25_000));
  expect([hung.open(), hung.asked()]).toEqual([0, ELEMENTS]);
  expect(site.complaints).toEqual([]);
});
