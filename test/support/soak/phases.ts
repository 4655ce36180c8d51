/** What is done for long: each step once, again and again, in one page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { LIVE_SECONDS } from '../../../src/components/recognise/expression-timeline/history.js';
import { root } from '../page.js';

export interface Phase {
  readonly name: 'camera' | 'cycles' | 'photos' | 'switches';
  /** How much of it the form of one hour has: minutes of camera, or steps. */
  readonly inAnHour: number;
  readonly prepare: (page: Page) => Promise<void>;
  /** One step; of the camera, a while. */
  readonly step: (page: Page) => Promise<void>;
  readonly end: (page: Page) => Promise<void>;
}

const PHOTO = join(root, 'public/samples/mona-lisa.jpg');
const CAMERA_STEP_MS = 1500;
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

async function providePhoto(page: Page): Promise<void> {
  const base64 = readFileSync(PHOTO).toString('base64');
  await page.evaluate((text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    Object.assign(globalThis, { photo: new Blob([bytes], { type: 'image/jpeg' }) });
  }, base64);
}

let switched = 0;

export const PHASES: readonly Phase[] = [
  {
    name: 'camera',
    inAnHour: 60,
    prepare: async (page) => {
      await page.evaluate(() => {
        const element = document.createElement('qcs-fer');
        element.backend = 'wasm';
        const { soak } = globalThis as unknown as { soak: { latencies: number[] } };
        element.addEventListener('qcs-result', ({ detail }) => soak.latencies.push(detail.observation.timing.total));
        document.body.append(element);
        element.camera = true;
      });
      await page.waitForFunction(() => document.querySelector('qcs-fer')?.status === 'running', null, {
        timeout: 120_000,
      });
      await page.waitForTimeout(FILLING_MS);
    },
    step: (page) => page.waitForTimeout(CAMERA_STEP_MS),
    end: clear,
  },
  {
    name: 'cycles',
    inAnHour: 200,
    prepare: providePhoto,
    step: (page) => readPhoto(page, { remove: true }),
    end: clear,
  },
  {
    name: 'photos',
    inAnHour: 500,
    prepare: providePhoto,
    step: (page) => readPhoto(page, { remove: false }),
    end: clear,
  },
  {
    name: 'switches',
    inAnHour: 50,
    prepare: providePhoto,
    step: (page) => readPhoto(page, { remove: false, model: switched++ % 2 === 0 ? OTHER : '' }),
    end: clear,
  },
];
