/** The library in pages with strict policies: the same brackets, or a fault that says what to change. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { libraryFolder, openSite, root, type Site, type SiteOptions } from '../support/page.js';
import { tasksOf } from '../support/pageTasks.js';
import { serve } from '../support/server.js';

let site: Site | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

/** Of the page's own thread, computing. In the page the network alone takes longer. */
const LONGEST_TASK_MS = 200;
const STRICT = "default-src 'self'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const photo = readFileSync(join(root, 'public/samples/mona-lisa.jpg'));
const markup = (script: string, body: string) =>
  `<!doctype html><html lang="en"><head><title>A page</title><link rel="stylesheet" href="/page.css">
<script type="module" src="${script}"></script></head><body>${body}</body></html>`;
const READS = '<qcs-fer src="/photo.jpg" show="boxes labels"></qcs-fer>';

function open(options: SiteOptions & { readonly body?: string; readonly script?: string } = {}): Promise<Site> {
  return openSite({
    folder: libraryFolder,
    path: '/page.html',
    pages: { '/page.html': markup(options.script ?? '/define.js', options.body ?? READS) },
    intercept: (path) => {
      if (path === '/photo.jpg') return { status: 200, body: photo, type: 'image/jpeg' };
      if (path === '/page.css') return { status: 200, body: 'qcs-fer { inline-size: 400px; }', type: 'text/css' };
      return null;
    },
    ...options,
  });
}

/** Where the brackets are drawn and in which colour, and whether a worker read the photo. */
function brackets({ page }: Site) {
  return page.evaluate(async () => {
    await customElements.whenDefined('qcs-fer');
    const element = document.querySelector('qcs-fer')!;
    const drawn = () => [
      ...(element.shadowRoot?.querySelector('qcs-face-overlay')?.shadowRoot?.querySelectorAll('[part=face]') ?? []),
    ];
    while (drawn().length === 0) {
      if (element.error !== undefined) throw element.error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const faces = drawn().map((face) => {
      const { x, y, width, height } = face.getBoundingClientRect();
      const { stroke } = getComputedStyle(face.querySelector('.line')!);
      return { rectangle: [x, y, width, height].map((value) => Math.round(value * 10) / 10), stroke };
    });
    return { faces, inWorker: element.recognizer?.inWorker };
  });
}

describe('the same brackets as on the plain page', () => {
  let plain: Awaited<ReturnType<typeof brackets>>;

  async function expectSame(options: Parameters<typeof open>[0]): Promise<void> {
    if (plain === undefined) {
      site = await open({ policy: "default-src * 'unsafe-inline' 'unsafe-eval' blob: data:" });
      plain = await brackets(site);
      await site.close();
      expect(plain.faces).toHaveLength(1);
      expect(plain.faces[0].rectangle[2]).toBeGreaterThan(50);
    }
    site = await open(options);
    expect(await brackets(site)).toEqual(plain);
    expect(site.complaints).toEqual([]);
  }

  test('stand on a page without inline styles, scripts and foreign sources', async () => {
    await expectSame({ policy: STRICT });
  });

  test('stand on a page with Trusted Types', async () => {
    await expectSame({ policy: `${STRICT}; require-trusted-types-for 'script'; trusted-types qcs-fer lit-html` });
  });

  test('stand on a page that is isolated from other origins', async () => {
    await expectSame({
      policy: STRICT,
      headers: { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Opener-Policy': 'same-origin' },
    });
    expect(await site!.page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true);
  });

  test('stand on a page that takes the library from another origin, which reads in a worker: no task of the page is long', async () => {
    const elsewhere = await serve(libraryFolder, { shared: true });
    try {
      await expectSame({
        policy: `default-src 'self'; style-src 'self'; script-src ${elsewhere.origin} 'wasm-unsafe-eval'; worker-src blob: ${elsewhere.origin}; connect-src 'self' ${elsewhere.origin}`,
        script: `${elsewhere.url}define.js`,
      });
      const { browser, page } = site!;
      const tasks = await tasksOf(browser, page, async () => {
        await page.reload();
        await brackets(site!);
      });
      expect(tasks.length).toBeGreaterThan(20);
      expect(tasks[0]).toBeLessThan(LONGEST_TASK_MS);
    } finally {
      await elsewhere.close();
    }
  });
});

describe('a fault that says what to change', () => {
  /** The element's error, wherever it is. */
  const faultOf = async (opened: Site, frame = 0) => {
    const place = opened.page.frames()[frame];
    const handle = await place.waitForFunction(() => {
      const { error } = document.querySelector('qcs-fer') ?? {};
      return error === undefined ? null : { code: error.code, message: error.message };
    });
    const { code, message } = (await handle.jsonValue())!;
    // A place that test/unit/docs/manual.test.ts knows to be there.
    expect(message).toContain(`docs/errors.md#${code}`);
    return { code, message };
  };

  test('csp-blocked, where the policy forbids WebAssembly', async () => {
    site = await open({ policy: "default-src 'self'; style-src 'self'; script-src 'self'" });
    const fault = await faultOf(site);
    expect(fault.code).toBe('csp-blocked');
    expect(fault.message).toContain("'wasm-unsafe-eval'");
  });

  test('assets-missing, where a bundler left the files of the package behind', async () => {
    site = await open({
      intercept: (path) => (path.startsWith('/runtime/') ? { status: 404, body: 'Not found' } : null),
      body: '<qcs-fer camera></qcs-fer>',
      args: ['--use-fake-device-for-media-stream'],
      permissions: ['camera'],
    });
    const fault = await faultOf(site);
    expect(fault.code).toBe('assets-missing');
    expect(fault.message).toContain('configure()');
  });

  test('camera-policy, in a frame without allow="camera"', async () => {
    const framed = await serve(libraryFolder, {
      pages: { '/page.html': markup('/define.js', '<qcs-fer camera></qcs-fer>') },
    });
    try {
      site = await open({
        policy: `frame-src ${framed.origin}`,
        body: `<iframe src="${framed.url}page.html"></iframe>`,
        args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
      });
      await site.page.waitForFunction(() => frames.length === 1);
      const fault = await faultOf(site, 1);
      expect(fault.code).toBe('camera-policy');
      expect(fault.message).toContain('allow="camera"');
    } finally {
      await framed.close();
    }
  });

  test('every one has its chapter in docs/deploy.md', () => {
    const page = readFileSync(join(root, 'docs/deploy.md'), 'utf8');
    for (const code of ['csp-blocked', 'assets-missing', 'camera-policy', 'worker-blocked']) {
      expect(page).toMatch(new RegExp(`^## .*\`${code}\``, 'm'));
    }
  });
});
