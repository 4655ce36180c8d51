/** What happens to a camera that runs: each fault is really caused, in one page, and the same element goes on. */
import type { CDPSession, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { libraryFolder, openSite, type Site } from '../support/page.js';

const PAGE = `<!doctype html><html lang="en"><head><title>A page</title>
<script type="module" src="/define.js"></script></head><body><qcs-fer controls backend="wasm"></qcs-fer></body></html>`;

let site: Site;
let page: Page;
let session: CDPSession;
beforeAll(async () => {
  site = await openSite({
    folder: libraryFolder,
    path: '/page.html',
    pages: { '/page.html': PAGE },
    permissions: ['camera'],
    args: ['--use-fake-device-for-media-stream=device-count=2', '--use-fake-ui-for-media-stream'],
  });
  ({ page } = site);
  session = await site.context.newCDPSession(page);
  await page.evaluate(async () => {
    await customElements.whenDefined('qcs-fer');
    const element = document.querySelector('qcs-fer')!;
    const told = { results: 0, errors: [] as string[], streams: new Set<MediaStream>() };
    element.addEventListener('qcs-result', () => told.results++);
    element.addEventListener('qcs-error', ({ detail }) => told.errors.push(detail.error.code));
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      told.streams.add(stream);
      return stream;
    };
    Object.assign(globalThis, { told });
    element.camera = true;
  });
  await resultsCome();
});
afterAll(() => site.close());

interface Told {
  readonly results: number;
  readonly errors: string[];
  readonly streams: ReadonlySet<MediaStream>;
}

/** Waits for results that are not there yet. */
async function resultsCome(): Promise<void> {
  const before = await resultsSoFar();
  await page.waitForFunction((least) => (globalThis as unknown as { told: Told }).told.results >= least, before + 3);
}

function resultsSoFar(): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { told: Told }).told.results);
}

/** The newest error's code. */
async function errorComes(): Promise<string> {
  await page.waitForFunction(() => (globalThis as unknown as { told: Told }).told.errors.length > 0);
  return page.evaluate(() => (globalThis as unknown as { told: Told }).told.errors.splice(0).at(-1)!);
}

test('the server goes away: what is loaded goes on, what is not is named, and works once the server is back', async () => {
  await site.context.setOffline(true);
  await resultsCome();
  await page
    .locator('qcs-fer')
    .evaluate((element) => element.setAttribute('model', '/models/qcs-mobile/manifest.json?again'));
  expect(await errorComes()).toBe('assets-missing');
  await site.context.setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await resultsCome();
});

test('a frozen tab rests, and goes on when it comes back', async () => {
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await resultsCome();
});

test('another camera is chosen: its picture comes, and the one before is given back', async () => {
  const others = await page.evaluate(async () => {
    const { told } = globalThis as unknown as { told: Told };
    const current = [...told.streams].at(-1)!.getVideoTracks()[0].getSettings().deviceId;
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.flatMap(({ kind, deviceId }) => (kind === 'videoinput' && deviceId !== current ? [deviceId] : []));
  });
  expect(others).toHaveLength(1);
  await page.locator('qcs-fer').evaluate((element, id) => element.setAttribute('camera', id), others[0]);
  await page.waitForFunction(() => {
    const streams = [...(globalThis as unknown as { told: Told }).told.streams];
    return streams.filter(({ active }) => active).length === 1 && streams.length > 1 && streams.at(-1)!.active;
  });
  await resultsCome();
  const now = await page.evaluate(
    () =>
      [...(globalThis as unknown as { told: Told }).told.streams].at(-1)!.getVideoTracks()[0].getSettings().deviceId,
  );
  expect(now).toBe(others[0]);
});

test('memory runs out in the worker: it is named, and the element reads again with another one', async () => {
  const [worker] = page.workers();
  await worker.evaluate(() => {
    const held: ArrayBuffer[] = [];
    // All that one process may hold, down to the smallest piece that a frame needs; untouched, it takes none of the machine's.
    for (let bytes = 2 ** 33; bytes >= 2 ** 14; bytes /= 2) {
      try {
        for (;;) held.push(new ArrayBuffer(bytes));
      } catch {
        // Smaller ones may still be had.
      }
    }
    Object.assign(globalThis, { held });
  });
  expect(await errorComes()).toBe('out-of-memory');
  await page.getByRole('button', { name: 'Try again' }).click();
  await resultsCome();
});

test('the permission is taken back: it is named, and the camera runs again once it is given', async () => {
  const { targetInfo } = await session.send('Target.getTargetInfo');
  const camera = {
    browserContextId: targetInfo.browserContextId!,
    origin: new URL(page.url()).origin,
    permission: { name: 'camera' },
  };
  await session.send('Browser.setPermission', { ...camera, setting: 'denied' });
  expect(await errorComes()).toBe('camera-refused');
  await session.send('Browser.setPermission', { ...camera, setting: 'granted' });
  await page.getByRole('button', { name: 'Try again' }).click();
  await resultsCome();
});
