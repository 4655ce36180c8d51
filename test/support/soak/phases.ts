/** What is done for long: each step once, again and again, in one page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { LIVE_SECONDS } from '../../../src/components/recognise/expression-timeline/history.js';
import { root } from '../page.js';
import type { Soak } from './measures.js';

export interface Phase {
  readonly name: 'camera' | 'training' | 'cycles' | 'photos' | 'switches';
  /** How much of it the form of one hour has: minutes, or steps. */
  readonly inAnHour: { readonly minutes: number } | { readonly steps: number };
  /** @param isLong false leaves out what fills for as long as it remembers */
  readonly prepare: (page: Page, isLong: boolean) => Promise<void>;
  /** One step; of what goes on by itself, a while. */
  readonly step: (page: Page) => Promise<void>;
  /** Before what is held is counted. */
  readonly rest?: (page: Page) => Promise<void>;
  readonly end: (page: Page) => Promise<void>;
}

const PHOTO = join(root, 'public/samples/mona-lisa.jpg');
const WHILE_MS = 1500;
/** The timeline and its table fill for as long as it remembers, and a table's row more. */
const FILLING_MS = (LIVE_SECONDS + 10) * 1000;
/** Another address of the same files: for the element another model. */
const OTHER = '/again/models/qcs-mobile/manifest.json';

async function clear(page: Page): Promise<void> {
  await page.evaluate(() => document.body.replaceChildren());
}

/** Puts an element on the page, lets it read a photo, and waits for the result. */
async function readPhoto(page: Page, options: { readonly remove: boolean; readonly model?: string }): Promise<void> {
  await page.evaluate(async ({ remove, model }) => {
    const { soak, photo } = globalThis as unknown as { soak: { latencies: number[] }; photo: Blob };
    let element = document.querySelector('qcs-fer');
    if (element === null) {
      element = document.createElement('qcs-fer');
      element.backend = 'wasm';
      document.body.append(element);
    }
    if (model !== undefined) element.model = model === '' ? null : model;
    await element.updateComplete;
    const observation = await new Promise<{ timing: { total: number } }>((resolve, reject) => {
      const ended = new AbortController();
      const { signal } = ended;
      element.addEventListener('qcs-result', ({ detail }) => (ended.abort(), resolve(detail.observation)), { signal });
      element.addEventListener('qcs-error', ({ detail }) => (ended.abort(), reject(detail.error)), { signal });
      element.source = new File([photo], 'photo.jpg', { type: 'image/jpeg' });
    });
    soak.latencies.push(observation.timing.total);
    if (remove) element.remove();
  }, options);
}

/** The last element that was removed has given its recogniser back. */
async function untilNoWorker(page: Page): Promise<void> {
  await page.waitForFunction(() => (globalThis as unknown as { soak: Soak }).soak.workers.size === 0);
}

async function providePhoto(page: Page): Promise<void> {
  const base64 = readFileSync(PHOTO).toString('base64');
  await page.evaluate((text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    Object.assign(globalThis, { photo: new Blob([bytes], { type: 'image/jpeg' }) });
  }, base64);
}

/** Enough images that a run of half an hour has few epochs: it keeps what it measured of each. */
const TRAINING_IMAGES = 400;
/** A run is begun, its images split and its first steps done. */
const TRAINING_STARTS_MS = 240_000;

/** Begins a run of the shipped model. The curves of the Train tab, which grow to two thousand points, are not drawn. */
async function beginTraining(page: Page): Promise<void> {
  await page.evaluate(async (count) => {
    const { soak } = globalThis as unknown as { soak: Soak };
    const train = document.createElement('qcs-train');
    document.body.append(train);
    const { client } = train as unknown as {
      readonly client: { import(request: object): Promise<unknown>; train(request: object): Promise<unknown> };
    };
    const isOpen = () => (train as unknown as { readonly view: object | null }).view !== null;
    while (!isOpen()) await new Promise((resolve) => setTimeout(resolve, 50));
    const files = await Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const canvas = new OffscreenCanvas(112, 112);
        const context = canvas.getContext('2d')!;
        for (let spot = 0; spot < 60; spot++) {
          const chance = (salt: number) =>
            Math.abs(Math.sin((at + 1) * 12.9898 + spot * 78.233 + salt * 37.719) * 43_758.5) % 1;
          context.fillStyle = `rgb(${255 * chance(1)} ${255 * chance(2)} ${255 * chance(3)})`;
          context.fillRect(112 * chance(4), 112 * chance(5), 30, 30);
        }
        return { path: `set/${at % 2 === 0 ? 'up' : 'down'}/${at}.png`, blob: await canvas.convertToBlob() };
      }),
    );
    await client.import({ files, align: false, label: null });
    let last = performance.now();
    const onProgress = (progress: { readonly kind: string; readonly memory?: Soak['memory'] }): void => {
      if (progress.kind !== 'step') return;
      soak.memory = progress.memory ?? null;
      soak.latencies.push(performance.now() - last);
      last = performance.now();
    };
    Object.assign(train, { onProgress });
    const options = {
      classes: { up: ['up'], down: ['down'] },
      family: 'base',
      mode: 'full',
      epochs: 10_000,
      patience: 0,
      batchSize: 4,
    };
    void client
      .train({ options, backend: 'wasm', resume: false })
      .catch((error: unknown) => console.error(String(error)));
  }, TRAINING_IMAGES);
  await page.waitForFunction(() => (globalThis as unknown as { soak: Soak }).soak.memory !== null, null, {
    timeout: TRAINING_STARTS_MS,
  });
}

let switched = 0;

export const PHASES: readonly Phase[] = [
  {
    name: 'camera',
    inAnHour: { minutes: 60 },
    prepare: async (page, isLong) => {
      await page.evaluate((withTimeline) => {
        const element = document.createElement('qcs-fer');
        element.backend = 'wasm';
        if (!withTimeline) element.show = 'boxes labels bars';
        const { soak } = globalThis as unknown as { soak: { latencies: number[] } };
        element.addEventListener('qcs-result', ({ detail }) => soak.latencies.push(detail.observation.timing.total));
        document.body.append(element);
        element.camera = true;
      }, isLong);
      await page.waitForFunction(() => document.querySelector('qcs-fer')?.status === 'running', null, {
        timeout: 120_000,
      });
      if (isLong) await page.waitForTimeout(FILLING_MS);
    },
    step: (page) => page.waitForTimeout(WHILE_MS),
    end: clear,
  },
  {
    name: 'training',
    inAnHour: { minutes: 30 },
    prepare: beginTraining,
    step: (page) => page.waitForTimeout(WHILE_MS),
    end: async (page) => {
      await clear(page);
      await page.evaluate(() => {
        (globalThis as unknown as { soak: Soak }).soak.memory = null;
      });
    },
  },
  {
    name: 'cycles',
    inAnHour: { steps: 200 },
    prepare: providePhoto,
    step: (page) => readPhoto(page, { remove: true }),
    rest: untilNoWorker,
    end: clear,
  },
  {
    name: 'photos',
    inAnHour: { steps: 500 },
    prepare: providePhoto,
    step: (page) => readPhoto(page, { remove: false }),
    end: clear,
  },
  {
    name: 'switches',
    inAnHour: { steps: 50 },
    prepare: providePhoto,
    step: (page) => readPhoto(page, { remove: false, model: switched++ % 2 === 0 ? OTHER : '' }),
    end: clear,
  },
];
