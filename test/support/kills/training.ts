/**
 * Kills a browser while it trains and saves its run after every step, again and again on one profile: the run must be offered each time, from no earlier
 * step than the last that was reported as saved, and go on from there.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Random } from '../../../src/base/random.js';
import { libraryFolder } from '../page.js';
import { serve } from '../server.js';
import { KilledBrowser, withTime } from './killedBrowser.js';
import { trainableModel } from './models.js';
import type { KillOptions, KillReport } from './options.js';

export interface TrainingReport extends KillReport {
  /** Steps of the run, and checkpoints that were reported as stored over all rounds. */
  readonly steps: number;
  readonly checkpoints: number;
}

const PAGE = `<!doctype html><html lang="en"><head><title>A page</title>
<script type="module" src="/define-train.js"></script></head><body></body></html>`;
const MODEL = '/model/';
/** ms from the first checkpoint of a round to its kill. */
const SHORTEST = 50;
const LONGEST = 1000;

/** @throws Error for the first round after which the run is not offered, offered from an earlier step, or does not go on */
export async function killWhileTraining({
  rounds,
  seed,
  tears = false,
  onRound,
}: KillOptions): Promise<TrainingReport> {
  const browser = new KilledBrowser(tears);
  const model = await trainableModel();
  const server = await serve(libraryFolder, {
    pages: { '/page.html': PAGE },
    intercept: (path) => {
      const body = path.startsWith(MODEL) ? model.get(path.slice(MODEL.length)) : undefined;
      return body === undefined ? null : { status: 200, body, type: 'application/octet-stream' };
    },
  });
  const random = new Random(seed);
  let [saved, checkpoints] = [0, 0];
  try {
    for (let round = 0; round <= rounds; round++) {
      onRound?.(round);
      await browser.run(`${server.url}page.html`, async (page) => {
        let goesOn = (): void => undefined;
        const going = new Promise<null>((resolve) => (goesOn = () => resolve(null)));
        await page.exposeFunction('saved', (step: number) => {
          saved = step;
          checkpoints++;
          goesOn();
        });
        const offered = await withTime(page.evaluate(openTab, `${MODEL}manifest.json`), 'the tab does not open');
        const fault = `Round ${round} of seed ${seed}: saved at step ${saved}, offered ${JSON.stringify(offered)}; the profile is ${browser.folder}`;
        if (typeof offered === 'string' || (offered ?? 0) < saved) throw new Error(fault);
        const before = saved;
        const ended = page.evaluate(trainForEver, offered).catch(() => 'the browser was killed');
        const end = await withTime(Promise.race([going, ended]), `${fault}: it does not go on`);
        if (end !== null || saved <= before) throw new Error(`${fault}: ${end}, then saved at step ${saved}`);
        await wait(SHORTEST + random.next() * (LONGEST - SHORTEST));
      });
    }
    browser.forget();
  } finally {
    await server.close();
  }
  return { rounds, steps: saved, checkpoints, torn: browser.torn };
}

/** In the page: the step of the run that is offered, null where none is, or what stands in the tab instead. */
async function openTab(model: string): Promise<number | string | null> {
  const train = document.createElement('qcs-train');
  train.model = model;
  document.body.append(train);
  const state = train as unknown as {
    readonly view: object | null;
    readonly offer: { readonly step: number } | null;
  };
  while ((state.view ?? null) === null) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const alert = train.shadowRoot?.querySelector('[role=alert]');
    if (alert !== null && alert !== undefined) return alert.textContent ?? '';
  }
  await train.updateComplete;
  return state.offer?.step ?? null;
}

/** In the page: begins a run that saves itself after every step, or goes on with the one that is there; gives what ended it. */
async function trainForEver(offered: number | null): Promise<string> {
  const { saved } = globalThis as unknown as { readonly saved: (step: number) => Promise<void> };
  const train = document.querySelector('qcs-train')!;
  const { client, train: start } = train as unknown as {
    readonly client: { import(request: object): Promise<{ readonly view: unknown }> };
    readonly train: (request: object, saved: null) => Promise<void>;
  };
  if (offered === null) {
    const files = await Promise.all(
      Array.from({ length: 12 }, async (_, at) => {
        const canvas = new OffscreenCanvas(32, 32);
        const context = canvas.getContext('2d')!;
        for (let spot = 0; spot < 30; spot++) {
          context.fillStyle = `hsl(${(at * 67 + spot * 131) % 360} 70% 50%)`;
          context.fillRect((spot * 7 + at * 5) % 32, (spot * 11 + at * 3) % 32, 6, 6);
        }
        return { path: `set/${at % 2 === 0 ? 'up' : 'down'}/${at}.png`, blob: await canvas.convertToBlob() };
      }),
    );
    await client.import({ files, align: false, label: null });
  }
  train.addEventListener('qcs-train-checkpoint', ({ detail }) => void saved(detail.step));
  const options = {
    classes: { up: ['up'], down: ['down'] },
    family: 'base',
    mode: 'full',
    epochs: 10_000,
    patience: 0,
    batchSize: 2,
    checkpoint: { steps: 1, seconds: 0 },
  };
  return start.call(train, { options, backend: 'wasm', resume: offered !== null }, null).then(
    () => 'the run ended',
    (error: unknown) => String(error),
  );
}
