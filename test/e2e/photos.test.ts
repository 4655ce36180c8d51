import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FrameObservation } from '../../src/index.js';
import { libraryFolder, openSite, sharedFolder, type Site } from '../support/page.js';
import { compareWithTruth } from '../support/trueFaces.js';

const photos = sharedFolder('data/photos');

/** The class that each of the labelled photos shows, by its file name. */
const LABELLED: Readonly<Record<string, string>> = {
  'angry_baby.jpg': 'anger',
  'angry_man.jpg': 'anger',
  'fear.jpg': 'fear',
  'happy.jpg': 'happiness',
  'neutral.jpg': 'neutral',
  'neutral_girl.jpg': 'neutral',
  'sad_baby.jpg': 'sadness',
  'sad_baby2.jpg': 'sadness',
  'surprised_boy.jpg': 'surprise',
  'surprised_woman.jpg': 'surprise',
};

const FURTHER: Readonly<Record<string, string>> = {
  'portrait.jpg': 'happiness',
  'astronaut.png': 'happiness',
  'stock-emotions-a-1.jpg': 'neutral',
  'stock-emotions-a-2.jpg': 'neutral',
  'stock-emotions-a-3.jpg': 'neutral',
  'stock-emotions-a-7.jpg': 'happiness',
};

const TYPES: Readonly<Record<string, string>> = { '.jpg': 'image/jpeg', '.png': 'image/png' };

describe.skipIf(photos === undefined)('whole photos', () => {
  let site: Site;

  beforeAll(async () => {
    site = await openSite({
      webgpu: true,
      folder: libraryFolder,
      path: '/page.html',
      pages: {
        '/page.html':
          '<!doctype html><title>A page</title><script type="module" src="/define.js"></script><qcs-fer></qcs-fer>',
      },
      intercept: (path) =>
        path.startsWith('/photos/')
          ? { status: 200, body: readFileSync(join(photos ?? '', path.slice(8))), type: TYPES[extname(path)] ?? '' }
          : null,
    });
  });
  afterAll(() => site.close());

  /** What `<qcs-fer>` says of a photo. */
  function recognise(name: string, backend = 'wasm'): Promise<FrameObservation> {
    return site.page.evaluate(
      async ([url, wanted]) => {
        const element = document.querySelector('qcs-fer');
        if (element === null) throw new Error('no <qcs-fer> on the page');
        element.backend = wanted as 'wasm' | 'webgpu';
        const blob = await (await fetch(url)).blob();
        return element.recognize(blob);
      },
      [`/photos/${name}`, backend] as const,
    );
  }

  test('at least 9 of the 10 labelled photos are read as labelled', async () => {
    const seen: Record<string, string> = {};
    for (const name of Object.keys(LABELLED)) {
      const { faces } = await recognise(name);
      const largest = faces.toSorted((a, b) => b.box.width - a.box.width)[0];
      seen[name] = largest === undefined ? 'no face' : largest.expression;
    }
    const wrong = Object.entries(LABELLED).filter(([name, label]) => seen[name] !== label);
    process.stdout.write(`labelled photos: ${JSON.stringify(seen)}\n`);
    expect(wrong.length, JSON.stringify(wrong.map(([name]) => [name, seen[name]]))).toBeLessThanOrEqual(1);
  });

  test.for(Object.entries(FURTHER))('%s shows %s', async ([name, label]) => {
    const { faces } = await recognise(name);
    expect(faces).toHaveLength(1);
    expect(faces[0].expression).toBe(label);
  });

  test('a photo is read the same whatever was read between', async () => {
    const first = await recognise('portrait.jpg');
    await recognise('astronaut.png');
    const again = await recognise('portrait.jpg');
    expect(again.faces[0].probabilities).toEqual(first.faces[0].probabilities);
    expect(again.faces[0].box).toEqual(first.faces[0].box);
  });

  test('every true face is found, and none that is not there', async () => {
    const { missed, invented } = await compareWithTruth(photos ?? '', async (name) => (await recognise(name)).faces);
    process.stdout.write(`faces missed ${JSON.stringify(missed)}, invented ${JSON.stringify(invented)}\n`);
    expect(missed['solvay1927.jpg']).toBeLessThanOrEqual(1);
    for (const [name, count] of Object.entries(missed)) if (name !== 'solvay1927.jpg') expect(count, name).toBe(0);
    for (const [name, count] of Object.entries(invented)) expect(count, name).toBe(0);
  });

  test('software WebGPU agrees with WebAssembly on a portrait', async () => {
    const wasm = await recognise('portrait.jpg', 'wasm');
    const webgpu = await recognise('portrait.jpg', 'webgpu');
    for (const [name, probability] of Object.entries(wasm.faces[0].probabilities)) {
      expect(Math.abs(webgpu.faces[0].probabilities[name] - probability), name).toBeLessThan(1e-2);
    }
  });
});
