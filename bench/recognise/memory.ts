/** What a contestant holds in memory, each in a browser of its own. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright';
import type { ContestantName } from './contestants.js';
import type { Host } from './host.js';
import type * as Memories from './page/memories.js';
import type { MemoryResult } from './results.js';
import { oneFaceScenes, type Scene } from './scenes.js';
import { openPage } from './turns.js';

declare global {
  interface Window extends Pick<typeof Memories, 'memoryBytes' | 'heldBefore' | 'readSome'> {}
}

export async function runMemories(host: Host, names: readonly ContestantName[]): Promise<readonly MemoryResult[]> {
  const scene = oneFaceScenes().find(({ title }) => title === 'clip')!;
  const results: MemoryResult[] = [];
  for (const name of names) {
    const browser = await host.launch();
    try {
      results.push(await measure(host, browser, name, scene));
    } finally {
      await browser.close();
    }
  }
  return results;
}

async function measure(
  { origin }: Host,
  browser: Browser,
  contestant: ContestantName,
  scene: Scene,
): Promise<MemoryResult> {
  const page = await openPage(browser, `${origin}/bench/memories.html?${contestant}`);
  await page.evaluate((scene) => window.heldBefore(scene), scene);
  const before = await held(browser, page);
  await page.evaluate(() => window.readSome());
  const after = await held(browser, page);
  return {
    contestant,
    resident: after.resident === null || before.resident === null ? null : after.resident - before.resident,
    wasm: await page.evaluate(() => window.memoryBytes()),
    pageHeap: after.pageHeap - before.pageHeap,
  };
}

async function held(
  browser: Browser,
  page: Page,
): Promise<{ readonly resident: number | null; readonly pageHeap: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return { resident: await residentBytes(browser), pageHeap: usedSize };
}

/** Of all renderers of this browser: Linux alone tells. */
async function residentBytes(browser: Browser): Promise<number | null> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => privateBytes(id));
  return sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

/** What no other process shares. */
function privateBytes(pid: number): number | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  } catch {
    return null;
  }
  return [...text.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].reduce(
    (sum, [, kilobytes]) => sum + Number(kilobytes) * 1024,
    0,
  );
}
