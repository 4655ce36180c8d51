/**
 * Kills a browser while it stores images and models, again and again on one profile: data set and models must open each time, with all that was
 * reported as stored.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Random } from '../../../src/base/random.js';
import { tinyModel } from '../../unit/weights/fixtures.js';
import { libraryFolder } from '../page.js';
import { serve } from '../server.js';
import { KilledBrowser, withTime } from './killedBrowser.js';
import type { KillOptions, KillReport } from './options.js';

export interface ImagesReport extends KillReport {
  /** Images and models that were reported as stored and found again, over all rounds. */
  readonly images: number;
  readonly models: number;
  /** Rounds after which the list of the data set had to be rebuilt. */
  readonly rebuilt: number;
}

const PAGE = `<!doctype html><html lang="en"><head><title>A page</title>
<script type="module" src="/define-train.js"></script><script type="module" src="/define-models.js"></script></head><body></body></html>`;
/** ms of writing before the kill. */
const SHORTEST = 100;
const LONGEST = 2500;

interface Found {
  readonly images: number;
  readonly models: number;
  readonly rebuilt: boolean;
  /** What is listed and cannot be read, and why. */
  readonly broken: readonly string[];
}

/** @throws Error for the first round after which something is missing, broken or does not open */
export async function killWhileStoring({ rounds, seed, tears = false, onRound }: KillOptions): Promise<ImagesReport> {
  const browser = new KilledBrowser(tears);
  const server = await serve(libraryFolder, { pages: { '/page.html': PAGE } });
  const random = new Random(seed);
  const { files } = await tinyModel();
  const model = [...files].map(([path, bytes]) => ({ path, base64: Buffer.from(bytes).toString('base64') }));
  const stored = { images: 0, models: 0 };
  let [images, models, rebuilt] = [0, 0, 0];
  try {
    for (let round = 0; round <= rounds; round++) {
      onRound?.(round);
      await browser.run(`${server.url}page.html`, async (page) => {
        await page.exposeFunction('stored', (kind: 'images' | 'models', count: number) => {
          stored[kind] = count;
        });
        const found = await withTime(page.evaluate(lookAtWhatIsThere), 'what was stored does not open');
        if (found.images < stored.images || found.models < stored.models || found.broken.length > 0) {
          throw new Error(
            `Round ${round} of seed ${seed}: stored ${JSON.stringify(stored)}, found ${JSON.stringify(found)}; the profile is ${browser.folder}`,
          );
        }
        images += stored.images;
        models += stored.models;
        rebuilt += Number(found.rebuilt);
        Object.assign(stored, { images: found.images, models: found.models });
        if (round === rounds) return;
        page.evaluate(writeForEver, { model, seed: round }).catch(() => undefined);
        await wait(SHORTEST + random.next() * (LONGEST - SHORTEST));
      });
    }
    browser.forget();
  } finally {
    await server.close();
  }
  return { rounds, images, models, rebuilt, torn: browser.torn };
}

/** In the page: opens the data set, rebuilds its list where that is offered, and reads every image and model. */
async function lookAtWhatIsThere(): Promise<Found> {
  const train = document.createElement('qcs-train');
  document.body.append(train);
  const collect = () => train.renderRoot.querySelector('qcs-train-collect');
  let rebuilt = false;
  while ((collect()?.view ?? null) === null) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const alert = train.shadowRoot?.querySelector('[role=alert]');
    const button = [...(alert?.querySelectorAll('button') ?? [])].find(({ textContent }) =>
      /Rebuild/.test(textContent),
    );
    if (button !== undefined) {
      rebuilt = true;
      button.click();
    } else if (alert !== null && alert !== undefined) {
      return { images: 0, models: 0, rebuilt, broken: [alert.textContent ?? ''] };
    }
  }
  const { client } = train as unknown as { readonly client: { image(id: string): Promise<Blob> } };
  const broken: string[] = [];
  const samples = collect()?.view?.samples ?? [];
  for (const { id } of samples) {
    const fault = await client
      .image(id)
      .then(createImageBitmap)
      .then(
        () => null,
        (error: unknown) => String(error),
      );
    if (fault !== null) broken.push(`${id}: ${fault}`);
  }
  const root = await navigator.storage.getDirectory();
  const folder = await root
    .getDirectoryHandle('qcs-fer')
    .then((own) => own.getDirectoryHandle('models', { create: true }));
  let models = 0;
  for await (const model of folder.values()) {
    if (model.kind !== 'directory') continue;
    const sizeOf = async (name: string) => (await (await model.getFileHandle(name)).getFile()).size;
    const manifest = await model
      .getFileHandle('manifest.json')
      .then((handle) => handle.getFile())
      .catch(() => null);
    // Without its manifest it was being written, and counts for nobody.
    if (manifest === null) continue;
    models++;
    const { files } = JSON.parse(await manifest.text()) as {
      readonly files: readonly { path: string; bytes: number }[];
    };
    for (const { path, bytes } of files)
      if ((await sizeOf(path).catch(() => -1)) !== bytes) broken.push(`${model.name}/${path}`);
  }
  return { images: samples.length, models, rebuilt, broken };
}

interface Work {
  readonly model: readonly { readonly path: string; readonly base64: string }[];
  readonly seed: number;
}

/** In the page: imports pictures, moves them between classes and adds models until the end. Tells what is stored once it is said to be. */
async function writeForEver({ model, seed }: Work): Promise<never> {
  const { stored } = globalThis as unknown as {
    readonly stored: (kind: 'images' | 'models', count: number) => Promise<void>;
  };
  const train = document.querySelector('qcs-train')!;
  const models = document.createElement('qcs-models');
  document.body.append(models);
  const { client } = train as unknown as {
    readonly client: {
      import(request: object): Promise<{ readonly view: { readonly samples: readonly { readonly id: string }[] } }>;
      edit(edit: object): Promise<unknown>;
    };
  };
  const picture = async (at: number): Promise<Blob> => {
    const canvas = new OffscreenCanvas(48, 48);
    const context = canvas.getContext('2d')!;
    for (let spot = 0; spot < 40; spot++) {
      const chance = (salt: number) =>
        Math.abs(Math.sin((seed * 997 + at + 1) * 12.9898 + spot * 78.233 + salt * 37.719) * 43_758.5) % 1;
      context.fillStyle = `rgb(${255 * chance(1)} ${255 * chance(2)} ${255 * chance(3)})`;
      context.fillRect(48 * chance(4), 48 * chance(5), 12, 12);
    }
    return canvas.convertToBlob({ type: 'image/png' });
  };
  const addModels = async (): Promise<void> => {
    for (let count = 0; ;) {
      const files = model.map(({ path, base64 }) => ({
        path,
        blob: new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]),
      }));
      await models.offer(files);
      const { stored: kept } = models as unknown as { readonly stored: readonly unknown[] };
      if (kept.length > count) await stored('models', (count = kept.length));
    }
  };
  void addModels();
  for (let at = 0; ; at += 3) {
    const files = await Promise.all(
      [0, 1, 2].map(async (more) => ({
        path: `set/${at % 2}/${seed}-${at + more}.png`,
        blob: await picture(at + more),
      })),
    );
    const { view } = await client.import({ files, align: false, label: null });
    await stored('images', view.samples.length);
    await client.edit({ kind: 'relabel', ids: view.samples.slice(-2).map(({ id }) => id), label: `class ${at % 5}` });
  }
}
