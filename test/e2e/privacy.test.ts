import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { driverOf } from '../support/browsers/driver.js';
import { mainJob } from '../support/browsers/job.js';
import { faceVideo, fakeCameraArguments } from '../support/fakeCamera.js';
import { netLogArguments, requestedUrls } from '../support/netLog.js';
import { libraryFolder, media, openSite, type Site, type SiteOptions } from '../support/page.js';

const PAGE = `<!doctype html><html lang="en"><title>A page</title>
<script type="module" src="/define.js"></script><qcs-fer camera show="boxes labels bars timeline" controls></qcs-fer></html>`;

/** Runs `<qcs-fer camera>` until some results have come, does `more`, closes Chromium and gives all requests that were made. */
async function requestsOf(
  options: SiteOptions,
  more: (site: Site) => Promise<void>,
): Promise<{ all: string[]; origin: string }> {
  const log = join(mkdtempSync(join(tmpdir(), 'qcs-netlog-')), 'netlog.json');
  const site = await openSite({
    permissions: ['camera'],
    ...options,
    alone: true,
    webgpu: true,
    args: [...fakeCameraArguments(await faceVideo()), ...netLogArguments(log)],
  });
  try {
    await more(site);
  } finally {
    await site.close();
  }
  return { all: requestedUrls(log), origin: site.server.origin };
}

function waitForResults(site: Site, count: number): Promise<void> {
  return site.page.evaluate(async (wanted) => {
    const element = document.querySelector('qcs-fer');
    if (element === null) throw new Error('no <qcs-fer> on the page');
    let seen = 0;
    await new Promise<void>((resolve, reject) => {
      element.addEventListener('qcs-error', (event) => reject(event.detail.error));
      element.addEventListener('qcs-result', () => {
        seen += 1;
        if (seen >= wanted) resolve();
      });
    });
  }, count);
}

const library: SiteOptions = { folder: libraryFolder, path: '/page.html', pages: { '/page.html': PAGE } };

describe('nothing leaves the page', () => {
  test('a camera session, page and worker, asks no other origin for anything', async () => {
    const { all, origin } = await requestsOf(library, (site) => waitForResults(site, 20));
    expect(all.filter((url) => url.startsWith(origin)).length).toBeGreaterThan(5);
    expect(all.some((url) => url.endsWith('weights.int8.safetensors'))).toBe(true);
    expect(all.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
  });

  test('every tab of the demo, used for photo, video, camera, training and evaluation, asks no other origin for anything', async () => {
    const { all, origin } = await requestsOf({ also: { '/media/': media } }, async ({ page, server, complaints }) => {
      const videos = { webm: `${server.origin}/media/franck.webm` };
      const steps = await mainJob(driverOf(page), { address: server.url, videos });
      expect(steps.map(({ name, works, seen }) => [name, works, works ? '' : seen])).toEqual(
        ['photo', 'video webm', 'camera', 'training', 'evaluation', 'storage', 'about'].map((name) => [name, true, '']),
      );
      expect(complaints).toEqual([]);
    });
    for (const part of ['weights.safetensors', 'training.safetensors', 'franck.webm']) {
      expect(all.some((url) => url.endsWith(part))).toBe(true);
    }
    expect(all.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
  });

  const FOREIGN = 'http://127.0.0.2:9/stolen';

  test('a foreign request made inside the worker is seen by this very record', async () => {
    // Without the policy, and with a request put into the worker on purpose: the record must show it.
    const { all } = await requestsOf({ ...library, policy: "worker-src 'self' blob:" }, async (site) => {
      await waitForResults(site, 2);
      const [worker] = site.page.workers();
      expect(worker).toBeDefined();
      await worker?.evaluate(
        (url) =>
          fetch(url).then(
            () => 'answered',
            () => 'failed',
          ),
        FOREIGN,
      );
    });
    expect(all).toContain(FOREIGN);
  });

  test('the policy stops a foreign request inside the worker before it is made', async () => {
    const { all } = await requestsOf(library, async (site) => {
      await waitForResults(site, 2);
      const [worker] = site.page.workers();
      const outcome = await worker?.evaluate(
        (url) =>
          fetch(url).then(
            () => 'answered',
            () => 'failed',
          ),
        FOREIGN,
      );
      expect(outcome).toBe('failed');
    });
    expect(all).not.toContain(FOREIGN);
  });
});
