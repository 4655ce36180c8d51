/** How long a page's own thread is busy at a stretch. */
import type { Browser, Page } from 'playwright';

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Time that the thread computed, µs: a busy machine makes it no longer. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Computing time of every task of the threads that run pages, ms, the longest first, while `act` runs. Workers have threads of their own. */
export async function tasksOf(browser: Browser, page: Page, act: () => Promise<void>): Promise<readonly number[]> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const place = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;
  const ofPages = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(place),
  );
  return traceEvents
    .filter((event) => event.name === 'RunTask' && ofPages.has(place(event)))
    .flatMap(({ tdur }) => (tdur === undefined ? [] : [tdur / 1000]))
    .toSorted((first, second) => second - first);
}
