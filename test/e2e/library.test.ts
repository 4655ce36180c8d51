import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type * as Library from '../../src/index.js';
import { faceVideo, fakeCameraArguments } from '../support/fakeCamera.js';
import { workerMemory } from '../support/workerMemory.js';
import { serve } from '../support/server.js';
import { libraryFolder, openSite, root, type Site } from '../support/page.js';

let site: Site | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

/** All that a stranger needs to write. */
const TEN_LINES = `<!doctype html>
<html lang="en">
  <head>
    <title>A page</title>
    <script type="module" src="/some/where/define.js"></script>
  </head>
  <body>
    <qcs-fer camera></qcs-fer>
  </body>
</html>`;

interface Collected {
  readonly ids: number[];
  readonly boxes: { x: number; y: number; width: number; height: number }[];
  readonly sums: number[];
  readonly backend: string;
}

/** Waits for `count` results with a face from the page's first `<qcs-fer>`. */
function collect(count: number): Promise<Collected> {
  const element = document.querySelector('qcs-fer');
  if (element === null) throw new Error('no <qcs-fer> on the page');
  const ids: number[] = [];
  const boxes: Collected['boxes'] = [];
  const sums: number[] = [];
  return new Promise((resolve, reject) => {
    element.addEventListener('qcs-error', (event) => reject(event.detail.error));
    element.addEventListener('qcs-result', (event) => {
      for (const face of event.detail.observation.faces) {
        ids.push(face.id);
        boxes.push({ ...face.box });
        sums.push(Object.values(face.probabilities).reduce((total, value) => total + value, 0));
      }
      if (ids.length >= count) resolve({ ids, boxes, sums, backend: element.recognizer?.backend ?? '' });
    });
  });
}

describe('the library out of dist/', () => {
  test('a page of ten lines recognises the camera from a sub-path, with one stable identity', async () => {
    const asked: string[] = [];
    site = await openSite({
      intercept: (path) => {
        asked.push(path.replace('/some/where/', ''));
        return null;
      },
      folder: libraryFolder,
      base: '/some/where/',
      path: '/page.html',
      pages: { '/page.html': TEN_LINES },
      args: fakeCameraArguments(await faceVideo()),
      permissions: ['camera'],
    });
    const seen = await site.page.evaluate(collect, 40);
    expect(new Set(seen.ids).size).toBe(1);
    expect(seen.backend).toBe('wasm');
    for (const sum of seen.sums) expect(sum).toBeCloseTo(1, 3);
    for (const box of seen.boxes) expect(box.width).toBeGreaterThan(40);
    expect(site.complaints).toEqual([]);
    // Whatever the engine needs is on its way before its own code, and once.
    const code = asked.findIndex((path) => path.startsWith('chunks/'));
    expect(code).toBeGreaterThan(0);
    for (const file of ['models/qcs-mobile/weights.int8.safetensors', 'runtime/face_detector.tflite']) {
      expect(asked.indexOf(file)).toBeLessThan(code);
      expect(asked.filter((path) => path === file)).toHaveLength(1);
    }
  });

  test('200 frames through createRecognizer leave no tensor behind', async () => {
    site = await openSite({
      folder: libraryFolder,
      path: '/page.html',
      pages: { '/page.html': '<!doctype html><title>A page</title><script type="module" src="/expose.js"></script>' },
      intercept: (path) =>
        path === '/expose.js'
          ? { status: 200, body: "import * as qcs from '/index.js'; window.qcs = qcs;", type: 'text/javascript' }
          : null,
      before: `window.workers = []; window.Worker = class extends Worker {
        constructor(...all) { super(...all); window.workers.push(this); }
      };`,
      args: fakeCameraArguments(await faceVideo()),
      permissions: ['camera'],
    });
    const { page } = site;
    await page.waitForFunction(() => 'qcs' in window);
    const recognizing = await page.evaluateHandle(async () => {
      const { createRecognizer } = (window as unknown as { qcs: typeof Library }).qcs;
      const recognizer = await createRecognizer({ backend: 'wasm' });
      const video = document.createElement('video');
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
      await video.play();
      const run = async (frames: number) => {
        let faces = 0;
        for (let frame = 0; frame < frames; frame++) faces += (await recognizer.recognize(video)).faces.length;
        return faces;
      };
      return { recognizer, run };
    });
    const worker = await page.evaluateHandle(() => (window as unknown as { workers: Worker[] }).workers[0]);
    await recognizing.evaluate(async ({ run }) => run(5));
    const before = await page.evaluate(workerMemory, worker);
    // The network has a memory of its own, which cannot grow.
    expect(before.tensors).toBe(0);
    expect(await recognizing.evaluate(async ({ run }) => run(200))).toBeGreaterThan(150);
    expect(await page.evaluate(workerMemory, worker)).toEqual(before);
    expect(await recognizing.evaluate(({ recognizer }) => recognizer.inWorker)).toBe(true);
    await recognizing.evaluate(async ({ recognizer }) => recognizer.dispose());
  });

  test('where the policy forbids the worker of another origin, the page reads, and says what to allow', async () => {
    const elsewhere = await serve(libraryFolder, { shared: true });
    try {
      site = await openSite({
        folder: join(root, 'public/samples'),
        policy: `default-src 'self'; script-src ${elsewhere.origin} 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' ${elsewhere.origin}; style-src 'self'; img-src 'self' blob:`,
        path: '/page.html',
        pages: {
          '/page.html': `<!doctype html><title>A page</title><script type="module" src="${elsewhere.url}define.js"></script><qcs-fer src="/mona-lisa.jpg"></qcs-fer>`,
        },
      });
      const seen = await site.page.evaluate(collect, 1);
      expect(seen.ids).toHaveLength(1);
      const reason = await site.page.evaluate(() => document.querySelector('qcs-fer')?.recognizer?.backendReason);
      expect(reason).toContain(`worker-src blob: ${elsewhere.origin}; script-src ${elsewhere.origin}`);
    } finally {
      await elsewhere.close();
    }
  });
});
