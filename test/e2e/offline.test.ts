/** The demo without a network: one visit, a newer version that is offered, then the server is gone. On a page that is isolated from other origins. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { driverOf } from '../support/browsers/driver.js';
import { mainJob } from '../support/browsers/job.js';
import { faceVideo, fakeCameraArguments } from '../support/fakeCamera.js';
import { netLogArguments, requestedUrls } from '../support/netLog.js';
import { demoFolder, openSite, type Site } from '../support/page.js';

const log = join(mkdtempSync(join(tmpdir(), 'qcs-netlog-')), 'netlog.json');
const worker = readFileSync(join(demoFolder, 'service-worker.js'), 'utf8');
let isNewer = false;
let site: Site;
beforeAll(async () => {
  site = await openSite({
    alone: true,
    keepsCopy: true,
    permissions: ['camera'],
    args: [...fakeCameraArguments(await faceVideo()), ...netLogArguments(log)],
    headers: { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Opener-Policy': 'same-origin' },
    intercept: (path) =>
      isNewer && path === '/service-worker.js'
        ? { status: 200, body: `${worker}// A newer version.\n`, type: 'text/javascript' }
        : null,
  });
});
afterAll(() => site.close());

/** Addresses of what is kept, from the page's folder on. */
function kept(): Promise<string[]> {
  return site.page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname.slice(1));
  });
}

test('the page is an app that can be installed', async () => {
  const session = await site.context.newCDPSession(site.page);
  const { errors, data } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { icons } = JSON.parse(data ?? '') as { readonly icons: readonly { src: string; sizes: string }[] };
  const pictures = icons.filter(({ src }) => src.endsWith('.png'));
  expect(pictures).toHaveLength(3);
  for (const { src, sizes } of pictures) {
    const { width, height } = PNG.sync.read(readFileSync(join(demoFolder, src)));
    expect(`${width}x${height}`).toBe(sizes);
  }
});

test('after its first reading the page keeps what recognising and training need, and says how much it is', async () => {
  const { page } = site;
  expect(await kept()).toEqual([]);
  await page.getByRole('button', { name: /Mona Lisa/ }).click();
  const size = page.getByText(/^Available offline: [\d.]+\sMB$/);
  await size.waitFor({ timeout: 120_000 });
  const megabytes = Number(/[\d.]+/.exec(await size.innerText())![0]);
  expect(megabytes).toBeGreaterThan(12);
  expect(megabytes).toBeLessThan(25);
  const files = await kept();
  expect(files).toContain('models/qcs-mobile/training.safetensors');
  // MediaPipe's runtime is 12 MiB, and nothing here asks for it.
  expect(files.filter((file) => /vision|mediaPipe/.test(file))).toEqual([]);
});

test('a newer version is offered, and comes when it is wanted', async () => {
  const { page } = site;
  await page.evaluate(() => Object.assign(globalThis, { isOlder: true }));
  isNewer = true;
  await page.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration())?.update()));
  await page.getByText('A new version is ready.').waitFor();
  expect(await page.evaluate(() => 'isOlder' in globalThis)).toBe(true);
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.waitForFunction(() => !('isOlder' in globalThis));
  await page.getByRole('button', { name: /Mona Lisa/ }).waitFor();
  await page.getByText(/^Available offline/).waitFor();
  expect(await page.getByText('A new version is ready.').count()).toBe(0);
});

test('without its server the page begins, reads a photo and the camera, and trains', async () => {
  const { page, server, complaints } = site;
  await server.close();
  const only = ['photo', 'camera', 'training'];
  const steps = await mainJob(driverOf(page), { address: server.url, videos: {}, only });
  expect(steps.map(({ name, works, seen }) => [name, works, works ? '' : seen])).toEqual(
    only.map((name) => [name, true, '']),
  );
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(complaints).toEqual([]);
});

test('what is kept here names the copy with its size and deletes it', async () => {
  const { page } = site;
  await page.getByRole('tab', { name: 'About' }).click();
  await page.getByText(/A copy of this page for use without a network: [\d.]+\sMB/).waitFor();
  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('button', { name: 'Delete all of it' }).click();
  await page.getByText('All of it was deleted.').waitFor();
  expect(await kept()).toEqual([]);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
});

test('in all this no request went to another origin', async () => {
  await site.close();
  const urls = requestedUrls(log);
  expect(urls.some((url) => url.endsWith('/service-worker.js'))).toBe(true);
  expect(urls.filter((url) => !url.startsWith(`${site.server.origin}/`))).toEqual([]);
});
