/** What a page and its workers hold, after all garbage was collected. */
import type { JSHandle, Page } from 'playwright';
import { KEPT_MS } from '../../../src/components/recognise/qcs-fer/loan.js';
import { workerMemory } from '../workerMemory.js';
import { type Inspector, usage, wasmBytes } from './inspector.js';
import { median } from './trend.js';

export interface Held {
  /** Bytes of JavaScript's heap of the page, and of all its workers. */
  readonly heap: number;
  readonly workerHeap: number;
  /** Bytes of the workers' buffers, and of their WebAssembly's memories. */
  readonly buffers: number;
  readonly wasm: number;
  /** Nodes of the document, in the page or not any more; those in the page, through all shadow roots. */
  readonly nodes: number;
  readonly attached: number;
  readonly listeners: number;
  readonly objectUrls: number;
  readonly workers: number;
  /** Of TensorFlow.js in a recogniser's newest worker, or as a run tells them. */
  readonly tensors: number;
  readonly tensorBytes: number;
}

/** An element that was removed keeps its recogniser, and itself, for this long here: what is counted after it has gone is then the same every time. */
const KEPT_HERE_MS = 300;

/** Runs in the page before its scripts: counts object URLs, keeps the workers that live, and shortens the half minute after an element was removed. */
export const COUNTERS = `
  globalThis.soak = { urls: new Set(), workers: new Set(), latencies: [], references: [], memory: null };
  const create = URL.createObjectURL.bind(URL), revoke = URL.revokeObjectURL.bind(URL);
  URL.createObjectURL = (it) => { const url = create(it); soak.urls.add(url); return url; };
  URL.revokeObjectURL = (url) => { soak.urls.delete(url); revoke(url); };
  globalThis.Worker = class extends Worker {
    constructor(...all) { super(...all); soak.workers.add(this); }
    terminate() { soak.workers.delete(this); super.terminate(); }
  };
  const later = setTimeout;
  globalThis.setTimeout = (work, ms, ...all) => later(work, ms === ${KEPT_MS} ? ${KEPT_HERE_MS} : ms, ...all);
  globalThis.__name = (it) => it;`;

/** What {@link COUNTERS} and the phases keep in the page. */
export interface Soak {
  readonly urls: ReadonlySet<string>;
  readonly workers: ReadonlySet<Worker>;
  /** ms of every result since it was last asked. */
  readonly latencies: number[];
  /** ms of the same work, done by the browser itself, since it was last asked. */
  readonly references: number[];
  /** What a training run told last. */
  memory: { readonly bytes: number; readonly tensors: number } | null;
}

/** Leaves out what a worker that computes did not say in time. */
export async function held(page: Page, inspector: Inspector): Promise<Partial<Held>> {
  const metric = await inspector.metrics();
  const { memory, ...counts } = await page.evaluate(() => {
    const { urls, workers, memory: told } = (globalThis as unknown as { readonly soak: Soak }).soak;
    const below = (node: Node): number => {
      const root = node instanceof Element ? node.shadowRoot : null;
      return [...(root === null ? [] : [root]), ...node.childNodes].reduce((sum, child) => sum + below(child), 1);
    };
    return { objectUrls: urls.size, workers: workers.size, attached: below(document), memory: told };
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

/** Bytes whose hash is the work that latencies are compared with: some 10 ms, in the browser's own machine code. */
const REFERENCE_BYTES = 8_000_000;

/** Times the work that latencies are compared with. */
export async function takeReference(page: Page): Promise<void> {
  await page.evaluate(async (bytes) => {
    const { soak } = globalThis as unknown as { readonly soak: Soak };
    const work = new Uint8Array(bytes);
    const started = performance.now();
    await crypto.subtle.digest('SHA-256', work);
    soak.references.push(performance.now() - started);
  }, REFERENCE_BYTES);
}

/**
 * How many results there were since it was last asked, and their median latency in times of the reference: on a machine that does other things
 * too, milliseconds say more of those. Null where there were no results.
 */
export async function resultsOf(page: Page): Promise<{ readonly results: number; readonly latency: number | null }> {
  const { latencies, references } = await page.evaluate(() => {
    const { soak } = globalThis as unknown as { readonly soak: Soak };
    return { latencies: soak.latencies.splice(0), references: soak.references.splice(0) };
  });
  const latency = latencies.length === 0 || references.length === 0 ? null : median(latencies) / median(references);
  return { results: latencies.length, latency };
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
