/** The manual does what it says: its code compiles against the built package, its pages run, and the site made of it is whole. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentBlocks, placeOf, type CodeBlock } from '../support/docs/blocks.js';
import { compileBlocks } from '../support/docs/program.js';
import { showBlock } from '../support/docs/show.js';
import { faceVideo, fakeCameraArguments } from '../support/fakeCamera.js';
import { libraryFolder, media, openSite, root, type Site } from '../support/page.js';

const blocks = documentBlocks(root).filter(({ excerpt }) => !excerpt);

describe('code in the documents', () => {
  const folder = join(root, 'test/.cache/blocks');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('compiles against the types of the package, and of those that it is compared with', () => {
    const compiled = blocks.filter(
      ({ language, serviceWorker }) => ['ts', 'tsx', 'js'].includes(language) && !serviceWorker,
    );
    expect(compiled.some(({ file }) => file === 'README.md')).toBe(true);
    expect(compiled.some(({ file }) => file === 'docs/reference/library.md')).toBe(true);
    expect(compileBlocks(root, folder, compiled)).toEqual([]);
  });

  test('is refused where a name is wrong, with its place', () => {
    const text = "import { createRecognizer } from 'qcs-fer';\n(await createRecognizer()).recognise(new Blob());\n";
    const wrong = { file: 'x.md', line: 7, heading: '', language: 'ts', excerpt: false, serviceWorker: false, text };
    expect(compileBlocks(root, folder, [wrong])).toEqual([expect.stringMatching(/^x\.md:8: error .*recognise/)]);
  });
});

describe('pages in the documents', () => {
  const pages = blocks.filter(({ language }) => language === 'html');
  const whole = pages.filter(({ text }) => text.startsWith('<!doctype'));
  const pieces = pages.filter((block) => !whole.includes(block));
  const [worker] = blocks.filter(({ serviceWorker }) => serviceWorker);
  const titled = (some: readonly CodeBlock[]) =>
    some.map((block): [string, string, CodeBlock] => [placeOf(block), block.heading, block]);
  let site: Site;
  beforeAll(async () => {
    const photo = readFileSync(join(media, 'franck_02888.jpg'));
    site = await openSite({
      folder: libraryFolder,
      base: '/qcs-fer/',
      path: '/empty.html',
      policy: "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:",
      pages: {
        '/kept.html': READS,
        '/empty.html': '<!doctype html><html lang="en"><title>Blocks</title><body></body></html>',
        ...Object.fromEntries(whole.map((block, index) => [`/whole${index}.html`, block.text])),
      },
      intercept: (path) => {
        if (path === '/photo.jpg') return { status: 200, body: photo, type: 'image/jpeg' };
        if (path === '/sw.js') return { status: 200, body: worker.text, type: 'text/javascript' };
        return path === '/readings' ? { status: 204, body: '' } : null;
      },
      also: { '/models/mine/': join(root, 'public/models/qcs-mobile') },
      args: fakeCameraArguments(await faceVideo()),
      permissions: ['camera'],
    });
  });
  afterAll(() => site.close());

  test.each(titled(pieces))('%s (%s) does what it says', async (_, heading, { text }) => {
    await showBlock(site.page, text);
    if (/<qcs-fer[^>]* (?:camera|src)/.test(text) || text.includes('.source =')) {
      expect(await site.page.evaluate(() => window.firstReading)).toMatch(
        /^(?:neutral|happiness|surprise|sadness|anger|disgust|fear|contempt)$/,
      );
    }
    await OUTCOMES[heading]?.(site.page);
    expect(site.complaints).toEqual([]);
  });

  test.each(titled(whole))('%s (%s) is a page that reads the photo', async (place) => {
    const page = await site.context.newPage();
    await page.goto(`${site.server.origin}/whole${whole.findIndex((block) => placeOf(block) === place)}.html`);
    const read = () => document.querySelector('qcs-fer')?.observation?.faces[0]?.expression === 'happiness';
    await page.waitForFunction(read);
    await page.close();
    expect(site.complaints).toEqual([]);
  });

  test('read on without a network where the service worker of the manual keeps their files', async () => {
    const page = await site.context.newPage();
    const answer = () => page.evaluate(() => document.querySelector('qcs-fer')?.observation?.faces[0]?.expression);
    await page.goto(`${site.server.origin}/empty.html`);
    await page.evaluate(async () => {
      await navigator.serviceWorker.register('./sw.js');
      await navigator.serviceWorker.ready;
    });
    await page.goto(`${site.server.origin}/kept.html`);
    await expect.poll(answer, { timeout: 120_000 }).toBe('happiness');
    await site.context.setOffline(true);
    await page.reload();
    await expect.poll(answer, { timeout: 120_000 }).toBe('happiness');
    await site.context.setOffline(false);
    await page.close();
    expect(site.complaints).toEqual([]);
  });

  test('each have an outcome that is looked for where they are recipes', () => {
    const recipes = pieces.filter(({ file }) => file === 'docs/recipes.md').map(({ heading }) => heading);
    expect(recipes.length).toBeGreaterThan(8);
    expect(recipes.filter((heading) => !(heading in OUTCOMES))).toEqual([]);
  });
});

const READS =
  '<!doctype html><html lang="en"><title>Kept</title><script type="module" src="/qcs-fer/define.js"></script>' +
  '<qcs-fer src="/photo.jpg"></qcs-fer>';

/** Waits until the first element that fits says something like this. */
const says = (selector: string, pattern: string) => async (page: Page) => {
  await page.waitForFunction(
    ([selector, pattern]) => new RegExp(pattern).test(document.querySelector(selector)?.textContent ?? ''),
    [selector, pattern] as const,
  );
};

/** What each piece does beyond reading a face, by its heading. */
const OUTCOMES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'Hear what it reads': says('#reading', '^looks like happiness, \\d+ %$'),
  'The library without an element': says('body', 'happiness\\s*$'),
  Looks: async (page) => {
    const accent = await page.evaluate(() =>
      getComputedStyle(document.querySelector('qcs-fer')!).getPropertyValue('--qcs-accent'),
    );
    expect(accent).toBe('rebeccapurple');
  },
  'In the page': async (page) => {
    await page.waitForFunction(
      () => document.querySelector('qcs-train')?.shadowRoot?.querySelector('button') instanceof HTMLElement,
    );
  },
  'Fewer readings': says('#reading', '^\\w+$'),
  'A chart': async (page) => {
    await page.waitForFunction(() => {
      const canvas = document.querySelector('canvas');
      const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return pixels?.some((value) => value > 0);
    });
  },
  'One face': says('#reading', '^still face \\d+$'),
  'A canvas of your own': async (page) => {
    await page.waitForFunction(() => document.querySelector('canvas')?.ariaLabel === 'happiness');
  },
  'A MediaStream of your own': async (page) => {
    const left = await page.evaluate(() => {
      const element = document.querySelector('qcs-fer')!;
      const stream = element.source as MediaStream;
      element.remove();
      return stream.getTracks().map(({ readyState }) => readyState);
    });
    expect(left).toEqual(['live']);
  },
  'A model of your own': says('#model', '^qcs-mobile \\S+: neutral, happiness, '),
  'Without being seen': says('#mood', '^Somebody looks like \\w+\\.$'),
  'Results to a server of your own': async (page) => {
    const sent = page.waitForRequest((request) => request.url().endsWith('/readings'));
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    const [first] = (await sent).postDataJSON() as { readonly face: number; readonly to: string }[];
    expect([typeof first.face, typeof first.to]).toEqual(['number', 'string']);
  },
};
