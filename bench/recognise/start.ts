/** From a navigation to the first result, and what is downloaded for it: a cold visit, then warm ones, all pages in turn. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Browser, BrowserContext } from 'playwright';
import { root } from '../openPages.js';
import { CONTESTANTS, type ContestantName } from './contestants.js';
import { type Host, noteFirst } from './host.js';
import type { FirstResult } from './page/start.js';
import type * as StartPage from './page/start.js';
import type { StartResult } from './results.js';
import { oneFaceScenes, type Scene } from './scenes.js';
import { PATIENCE_MS, quartiles } from './turns.js';

declare global {
  interface Window extends Pick<typeof StartPage, 'readFirst'> {
    /** Set by the pages with the element. */
    first?: FirstResult;
  }
}

interface StartPageOf {
  readonly page: string;
  readonly visit: (context: BrowserContext) => Promise<FirstResult>;
}

/** A browser keeps compiled code after a visit or two. */
const WARM_VISIT = 3;
const BROTLI_QUALITY = 9;

export async function runStarts(
  host: Host,
  browser: Browser,
  names: readonly ContestantName[],
  rounds: number,
): Promise<readonly StartResult[]> {
  const [scene] = oneFaceScenes();
  const pages = [
    ...(names.includes('qcs-fer') ? [elementPage(host, scene), demoPage(host)] : []),
    ...names.map((name) => barePage(host, scene, name)),
  ];
  const runs = pages.map((page) => ({
    page,
    cold: [] as FirstResult[],
    warm: [] as FirstResult[],
    asked: [] as string[],
  }));
  for (let round = 0; round < rounds; round++) {
    for (const { page, cold, warm, asked } of runs) {
      const context = await browser.newContext();
      context.setDefaultTimeout(PATIENCE_MS);
      try {
        host.asked.length = 0;
        cold.push(await page.visit(context));
        if (asked.length === 0) asked.push(...host.asked);
        for (let visit = 2; visit < WARM_VISIT; visit++) await page.visit(context);
        warm.push(await page.visit(context));
      } finally {
        await context.close();
      }
    }
  }
  return runs.map(({ page: { page }, cold, warm, asked }) => ({
    page,
    cold: quartiles(cold.map(({ after }) => after)),
    coldComplete: quartiles(cold.map(({ complete }) => complete)),
    warm: quartiles(warm.map(({ after }) => after)),
    warmComplete: quartiles(warm.map(({ complete }) => complete)),
    ...sizesOf(asked, scene),
  }));
}

function barePage({ origin }: Host, scene: Scene, name: ContestantName): StartPageOf {
  return {
    page: CONTESTANTS[name],
    visit: (context) =>
      withPage(context, async (page) => {
        await page.goto(`${origin}/bench/start.html?${name}`);
        await page.waitForFunction(() => window.isReady);
        return page.evaluate((scene) => window.readFirst(scene), scene);
      }),
  };
}

function elementPage({ origin }: Host, scene: Scene): StartPageOf {
  const photo = 'url' in scene.picture ? scene.picture.url : '';
  return {
    page: '<qcs-fer> on a page of ten lines',
    visit: (context) =>
      withPage(context, async (page) => {
        await page.goto(`${origin}/bench/ten-lines.html?${photo}`);
        return (await page.waitForFunction(() => window.first)).evaluate((first) => first!);
      }),
  };
}

/** Its sample, asked for as soon as its button is there. */
function demoPage({ origin }: Host): StartPageOf {
  return {
    page: 'the demo and its sample',
    visit: (context) =>
      withPage(context, async (page) => {
        await page.addInitScript(noteFirst('document'));
        await page.goto(`${origin}/dist-demo/index.html`, { waitUntil: 'commit' });
        await page.getByText('Try the Mona Lisa').click();
        return (await page.waitForFunction(() => window.first)).evaluate((first) => first!);
      }),
  };
}

async function withPage<T>(
  context: BrowserContext,
  use: (page: Awaited<ReturnType<BrowserContext['newPage']>>) => Promise<T>,
): Promise<T> {
  const page = await context.newPage();
  try {
    return await use(page);
  } finally {
    await page.close();
  }
}

/** What was asked for but the bench's own scripts and the picture. */
function sizesOf(asked: readonly string[], { picture }: Scene): Pick<StartResult, 'requests' | 'bytes' | 'brotli'> {
  const photo = 'url' in picture ? picture.url : '';
  const files = [...new Set(asked)].filter((path) => !path.startsWith('/bench/') && path !== photo);
  const contents = files.map((path) => readFileSync(join(root, path)));
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  return {
    requests: files.length,
    bytes: sum(contents.map(({ length }) => length)),
    brotli: sum(contents.map((content) => brotliCompressSync(content, { params }).length)),
  };
}
