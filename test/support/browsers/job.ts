/**
 * What a visitor comes for, done in the built demo: a photo, a video file, the camera, a model trained on images of one's own, and all of it there again
 * after a reload. Every step runs in the page, which knows nothing outside it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedBlob } from '../../../src/storage/namedFiles.js';
import type { Driver } from './driver.js';

export interface Step {
  readonly name: string;
  /** What was seen, or what went wrong. */
  readonly seen: string;
  readonly works: boolean;
}

export interface JobOptions {
  /** Of the demo, with its slash. */
  readonly address: string;
  /** Videos of the same face, by their format. */
  readonly videos: Readonly<Record<string, string>>;
  /** Names of the steps that are wanted; all where it is left out. */
  readonly only?: readonly string[];
  /** Where pictures of the page go; none are taken where it is left out. */
  readonly folder?: string;
  readonly onStep?: (step: Step) => void;
}

const IMAGES = 24;

export async function mainJob(driver: Driver, { address, videos, only, folder, onStep }: JobOptions): Promise<Step[]> {
  const steps: Step[] = [];
  const attempt = async (name: string, work: () => Promise<string>): Promise<void> => {
    if (only?.includes(name) === false) return;
    const step = await work().then(
      (seen) => ({ name, seen, works: true }),
      (error: unknown) => ({ name, seen: String(error), works: false }),
    );
    steps.push(step);
    onStep?.(step);
    if (folder !== undefined)
      writeFileSync(join(folder, `${name.replaceAll(/\W+/g, '-')}.png`), await driver.picture());
  };
  const open = async (tab: string): Promise<void> => {
    // The same address with another tab would not load the page again.
    await driver.open('about:blank');
    await driver.open(`${address}#${tab}`);
    await driver.run(provideFind, null);
  };

  await attempt('photo', async () => {
    await open('recognise');
    return driver.run(readPhoto, null);
  });
  for (const [format, url] of Object.entries(videos)) {
    await attempt(`video ${format}`, () => driver.run(readVideo, { url, type: `video/${format}` }));
  }
  await attempt('camera', () => driver.run(readCamera, null));
  await attempt('training', async () => {
    await open('train');
    return driver.run(trainOnPictures, IMAGES);
  });
  await attempt('evaluation', async () => {
    await open('evaluate');
    return driver.run(evaluatePictures, IMAGES);
  });
  await attempt('storage', async () => {
    await open('train');
    const images = await driver.run(countImages, IMAGES);
    await open('models');
    return `${images}; ${await driver.run(countModels, null)}`;
  });
  await attempt('about', async () => {
    await open('about');
    return driver.run(readKept, null);
  });
  return steps;
}

interface Finder {
  /** The first element of that kind, through all shadow roots; waits for it. */
  readonly find: <Name extends keyof HTMLElementTagNameMap>(
    selector: Name,
    text?: RegExp,
  ) => Promise<HTMLElementTagNameMap[Name]>;
  readonly until: <T>(look: () => T | null | undefined | false) => Promise<T>;
  /** Pictures of two classes that differ, no two alike, in folders by class. */
  readonly pictures: (count: number) => Promise<readonly NamedBlob[]>;
}

async function provideFind(): Promise<void> {
  const until: Finder['until'] = async (look) => {
    for (;;) {
      const found = look();
      if (found !== null && found !== undefined && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const below = (root: Document | ShadowRoot): Element[] =>
    [...root.querySelectorAll('*')].flatMap((element) => [
      element,
      ...(element.shadowRoot === null ? [] : below(element.shadowRoot)),
    ]);
  const find = async (selector: string, text = /(?:)/): Promise<Element> =>
    until(() => below(document).find((it) => it.matches(selector) && text.test(it.textContent)));
  const pictures: Finder['pictures'] = async (count) =>
    Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [112, 112];
        const context = canvas.getContext('2d')!;
        const chance = (salt: number) => Math.abs(Math.sin(at * 12.9898 + salt * 78.233) * 43_758.5) % 1;
        context.fillStyle = `rgb(${80 + 60 * chance(1)} 120 90)`;
        context.fillRect(0, 0, 112, 112);
        context.fillStyle = `rgb(250 ${200 * chance(2)} 220)`;
        // A bright half above or below: two classes that differ.
        context.fillRect(0, at % 2 === 0 ? 0 : 56, 112, 56);
        for (let spot = 3; spot < 30; spot++) {
          context.fillStyle = `rgb(${255 * chance(spot)} 60 ${255 * chance(spot + 40)})`;
          context.fillRect(100 * chance(spot + 80), 100 * chance(spot + 120), 14, 14);
        }
        const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
        return { path: `set/${at % 2 === 0 ? 'happiness' : 'neutral'}/${at}.png`, blob: blob! };
      }),
    );
  Object.assign(globalThis, { find, until, pictures });
}

async function readPhoto(): Promise<string> {
  const { find } = globalThis as unknown as Finder;
  const fer = await find('qcs-fer');
  const result = new Promise<string>((resolve, reject) => {
    fer.addEventListener('qcs-error', ({ detail }) => reject(detail.error), { once: true });
    fer.addEventListener(
      'qcs-result',
      ({ detail }) => {
        const { faces, timing } = detail.observation;
        const [face] = faces;
        if (face === undefined) reject(new Error('no face was found'));
        else {
          const { inWorker, backendReason } = fer.recognizer ?? {};
          resolve(
            `${faces.length} face, ${face.expression} ${(100 * face.confidence).toFixed(1)} % in ${timing.total.toFixed(0)} ms, in a worker: ${inWorker}; ${backendReason}`,
          );
        }
      },
      { once: true },
    );
  });
  (await find('button', /Mona Lisa/)).click();
  return result;
}

async function readVideo({ url, type }: { readonly url: string; readonly type: string }): Promise<string> {
  const { find } = globalThis as unknown as Finder;
  const fer = await find('qcs-fer');
  const file = new File([await (await fetch(url)).blob()], 'face', { type });
  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    const { signal } = ended;
    const seen: string[] = [];
    setTimeout(() => (ended.abort(), reject(new Error(`${seen.length} results with a face in a minute`))), 60_000);
    fer.addEventListener('qcs-error', ({ detail }) => (ended.abort(), reject(detail.error)), { signal });
    fer.addEventListener(
      'qcs-result',
      ({ detail }) => {
        const [face] = detail.observation.faces;
        if (face !== undefined) seen.push(face.expression);
        if (seen.length < 20) return;
        ended.abort();
        resolve(`${seen.length} frames with a face: ${[...new Set(seen)].join(', ')}`);
      },
      { signal },
    );
    fer.source = file;
  });
}

/** The browser's own camera for tests shows no face: what counts is that its frames are read. */
async function readCamera(): Promise<string> {
  const { find } = globalThis as unknown as Finder;
  const fer = await find('qcs-fer');
  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    const { signal } = ended;
    let frames = 0;
    setTimeout(() => (ended.abort(), reject(new Error(`${frames} frames in a minute`))), 60_000);
    fer.addEventListener('qcs-error', ({ detail }) => (ended.abort(), reject(detail.error)), { signal });
    fer.addEventListener(
      'qcs-result',
      ({ detail }) => {
        if (++frames < 10) return;
        ended.abort();
        const { width, height } = detail.observation;
        resolve(`${frames} frames of ${width} x ${height}, ${detail.observation.faces.length} faces in the last`);
      },
      { signal },
    );
    fer.source = null;
    fer.camera = true;
  });
}

async function trainOnPictures(count: number): Promise<string> {
  const { find, until, pictures } = globalThis as unknown as Finder;
  const train = await find('qcs-train');
  const collect = await find('qcs-train-collect');
  await until(() => collect.view);
  const files = await pictures(count);
  let fault: unknown = null;
  train.addEventListener('qcs-error', ({ detail }) => (fault = detail.error));
  const detail = { name: 'import', files, align: false, label: null };
  collect.dispatchEvent(new CustomEvent('qcs-train-command', { detail, bubbles: true, composed: true }));
  await until(() => {
    if (fault !== null) throw fault;
    return collect.view?.samples.length === count;
  });
  const done = new Promise<{
    outcome: { steps: number; after: { accuracy: { value: number } } | null };
    backend: string;
  }>((resolve, reject) => {
    train.addEventListener('qcs-train-done', ({ detail: result }) => resolve(result), { once: true });
    train.addEventListener('qcs-error', ({ detail: { error } }) => reject(error), { once: true });
  });
  // Beside the demo's own tabs there is a step of that name.
  train.renderRoot.querySelectorAll<HTMLButtonElement>('[part=rail] button')[1].click();
  const start = await find('button', /Start training/);
  const set = async (words: RegExp, value: string): Promise<void> => {
    const field = (await find('label', words)).querySelector<HTMLInputElement>('input, select')!;
    field.value = value;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  };
  // The shortest run that there is.
  await set(/How it learns/, 'base');
  await set(/Rounds/, '3');
  start.click();
  const { outcome, backend } = await done;
  const { after } = outcome;
  return `${count} images, ${outcome.steps} steps on ${backend}; ${after === null ? 'not measured' : `${(100 * after.accuracy.value).toFixed(0)} % of its test images`}`;
}

async function evaluatePictures(count: number): Promise<string> {
  const { find, until, pictures } = globalThis as unknown as Finder;
  const evaluate = await find('qcs-evaluate');
  await evaluate.open(await pictures(count));
  await evaluate.start();
  const { outcome, tab } = evaluate as unknown as {
    readonly outcome: { readonly models: readonly { readonly report: { readonly n: number } }[] } | null;
    readonly tab: { readonly error: Error | null };
  };
  if (outcome === null) throw tab.error ?? new Error('nothing was measured');
  await until(() => evaluate.renderRoot.querySelector('qcs-evaluate-results')?.hidden === false);
  return `${outcome.models[0].report.n} images measured`;
}

async function countImages(count: number): Promise<string> {
  const { find, until } = globalThis as unknown as Finder;
  const collect = await find('qcs-train-collect');
  const view = await until(() => collect.view);
  if (!view.stored || view.samples.length !== count) {
    throw new Error(`${view.samples.length} images are there after a reload, stored: ${view.stored}`);
  }
  const { client } = (await find('qcs-train')) as unknown as { readonly client: { image(id: string): Promise<Blob> } };
  for (const { id } of view.samples) await createImageBitmap(await client.image(id));
  return `${view.samples.length} images are there after a reload`;
}

async function countModels(): Promise<string> {
  const { find, until } = globalThis as unknown as Finder;
  const models = (await find('qcs-models')) as unknown as {
    readonly stored: readonly { readonly id: string }[] | null;
  };
  const stored = await until(() => (models.stored?.length ?? 0) > 0 && models.stored);
  return `${stored.length} trained model, ${stored[0].id}`;
}

async function readKept(): Promise<string> {
  const { find } = globalThis as unknown as Finder;
  const { renderRoot } = (await find('qcs-demo-kept')) as unknown as { readonly renderRoot: ShadowRoot };
  while (!/\d/.test(renderRoot.textContent ?? '')) await new Promise((resolve) => setTimeout(resolve, 50));
  return `kept: ${(renderRoot.textContent ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, 120)}`;
}
