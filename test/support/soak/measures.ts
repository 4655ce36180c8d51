/** What a page and its workers hold, after all garbage was collected. */
import type { CDPSession, JSHandle, Page } from 'playwright';
import { workerMemory } from '../workerMemory.js';

export interface Held {
  /** Bytes of JavaScript's heap of the page. */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly objectUrls: number;
  readonly workers: number;
  /** Of TensorFlow.js in the newest worker that still answers; 0 where there is none. */
  readonly tensors: number;
  readonly tensorBytes: number;
}

/** Runs in the page before its scripts: counts object URLs and keeps the workers that live. */
export const COUNTERS = `
  globalThis.soak = { urls: new Set(), workers: new Set(), latencies: [] };
  const create = URL.createObjectURL.bind(URL), revoke = URL.revokeObjectURL.bind(URL);
  URL.createObjectURL = (it) => { const url = create(it); soak.urls.add(url); return url; };
  URL.revokeObjectURL = (url) => { soak.urls.delete(url); revoke(url); };
  globalThis.Worker = class extends Worker {
    constructor(...all) { super(...all); soak.workers.add(this); }
    terminate() { soak.workers.delete(this); super.terminate(); }
  };
  globalThis.__name = (it) => it;`;

interface Soak {
  readonly urls: ReadonlySet<string>;
  readonly workers: ReadonlySet<Worker>;
  /** ms of every result since it was last asked. */
  readonly latencies: number[];
}

export async function held(page: Page, session: CDPSession): Promise<Held> {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string): number => metrics.find((each) => each.name === name)?.value ?? Number.NaN;
  const counts = await page.evaluate(() => {
    const { urls, workers } = (globalThis as unknown as { readonly soak: Soak }).soak;
    return { objectUrls: urls.size, workers: workers.size };
  });
  const newest = await page.evaluateHandle(() => {
    const { workers } = (globalThis as unknown as { readonly soak: Soak }).soak;
    return [...workers].at(-1) ?? new EventTarget();
  });
  const tensors =
    counts.workers === 0
      ? null
      : await Promise.race([page.evaluate(workerMemory, newest as JSHandle<Worker>), silence()]);
  await newest.dispose();
  return {
    heap: metric('JSHeapUsedSize'),
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
    ...counts,
    tensors: tensors?.tensors ?? 0,
    tensorBytes: tensors?.bytes ?? 0,
  };
}

/** Median latency of the results since it was last asked, ms; null where there were none. */
export async function medianLatency(page: Page): Promise<number | null> {
  const all = await page.evaluate(() => (globalThis as unknown as { readonly soak: Soak }).soak.latencies.splice(0));
  const sorted = all.toSorted((first, second) => first - second);
  return sorted.length === 0 ? null : sorted[Math.floor(sorted.length / 2)];
}

/** A training worker answers no such question. */
async function silence(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), 5000));
}
