/** `<qcs-fer camera>` while it runs. */
import type { Browser } from 'playwright';
import type { Host } from './host.js';
import type * as ElementPage from './page/element.js';
import type { ElementResult } from './results.js';
import { openPage, quartiles } from './turns.js';

declare global {
  interface Window extends Pick<typeof ElementPage, 'watchCamera'> {}
}

export async function runElement({ origin }: Host, browser: Browser, seconds: number): Promise<ElementResult> {
  const page = await openPage(browser, `${origin}/bench/element.html`);
  try {
    const { ready, totals, intervals, longTasks } = await page.evaluate(
      (seconds) => window.watchCamera(seconds),
      seconds,
    );
    return {
      seconds,
      ready,
      frame: quartiles(totals),
      interval: quartiles(intervals),
      longestTask: Math.max(0, ...longTasks),
    };
  } finally {
    await page.close();
  }
}
