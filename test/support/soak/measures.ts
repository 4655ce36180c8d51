/** What a page and its workers hold, after all garbage was collected. */
import type { JSHandle, Page } from 'playwright';
import { workerMemory } from '../workerMemory.js';
import { type Inspector, usage, wasmBytes } from './inspector.js';

export interface Held {
  /** Bytes of JavaScript's heap of the page, and of all its workers. */
  readonly heap: number;
  readonly workerHeap: number;
  /** Bytes of the workers' buffers, and of their WebAssembly's memories. */
  readonly buffers: number;
  readonly wasm: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly objectUrls: number;
  readonly workers: number;
  /** Of TensorFlow.js in a recogniser's newest worker, or as a run tells them. */
  readonly tensors: number;
  readonly tensorBytes: number;
}

/** Runs in the page before its scripts: counts object URLs and keeps the workers that live. */
export const COUNTERS = `
  globalThis.soak = { urls: new Set(), workers: new Set(), latencies: [], memory: null };
  const create = URL.createObjectURL.bind(URL), revoke = URL.revokeObjectURL.bind(URL);
  URL.createObjectURL = (it) => { const url = create(it); soak.urls.add(url); return url; };
  URL.revokeObjectURL = (url) => { soak.urls.delete(url); revoke(url); };
  globalThis.Worker = class extends Worker {
    constructor(...all) { super(...all); soak.workers.add(this); }
    terminate() { soak.workers.delete(this); super.terminate(); }
  };
  globalThis.__name = (it) => it;`;

/** What {@link COUNTERS} and the phases keep in the page. */
export interface Soak {
  readonly urls: ReadonlySet<string>;
  readonly workers: ReadonlySet<Worker>;
  /** ms of every result since it was last asked. */
  readonly latencies: number[];
  /** What a training run told last. */
  memory: { readonly bytes: number; readonly tensors: number } | null;
}

/** Leaves out what a worker that computes did not say in time. */
export async function held(page: Page, inspector: Inspector): Promise<Partial<Held>> {
  const metric = await inspector.metrics();
  const { memory, ...counts } = await page.evaluate(() => {
    const { urls, workers, memory: told } = (globalThis as unknown as { readonly soak: Soak }).soak;
    return { objectUrls: urls.size, workers: workers.size, memory: told };
  });
  const usages = await Promise.all(inspector.ofWorkers.map(usage));
  const memories = await Promise.all(inspector.ofWorkers.map(wasmBytes));
  const tensors = memory ?? (counts.workers === 0 ? { tensors: 0, bytes: 0 } : await askNewest(page));
  return {
    heap: metric('JSHeapUsedSize'),
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
    ...counts,
    ...(usages.includes(null)
      ? {}
      : {
          workerHeap: sum(usages.map((each) => each?.usedSize ?? null)),
          buffers: sum(usages.map((each) => each?.backingStorageSize ?? null)),
        }),
    ...(memories.includes(null) ? {} : { wasm: sum(memories) }),
    ...(tensors === null ? {} : { tensors: tensors.tensors, tensorBytes: tensors.bytes }),
  };
}

/** Median latency of the results since it was last asked, ms; null where there were none. */
export async function medianLatency(page: Page): Promise<number | null> {
  const all = await page.evaluate(() => (globalThis as unknown as { readonly soak: Soak }).soak.latencies.splice(0));
  const sorted = all.toSorted((first, second) => first - second);
  return sorted.length === 0 ? null : sorted[Math.floor(sorted.length / 2)];
}

async function askNewest(page: Page): Promise<Awaited<ReturnType<typeof workerMemory>> | null> {
  const newest = await page.evaluateHandle(() => {
    const { workers } = (globalThis as unknown as { readonly soak: Soak }).soak;
    return [...workers].at(-1) ?? new EventTarget();
  });
  const silence = new Promise<null>((resolve) => setTimeout(() => resolve(null), 5000));
  const answer = await Promise.race([page.evaluate(workerMemory, newest as JSHandle<Worker>), silence]);
  await newest.dispose();
  return answer;
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
