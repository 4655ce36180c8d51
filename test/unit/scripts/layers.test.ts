import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { roomOf, violations } from '../../../scripts/layers/check.js';
import { withDiagram } from '../../../scripts/layers/diagram.js';
import { readSources } from '../../../scripts/layers/sources.js';
import { FLOORS } from '../../../scripts/layers/table.js';

const root = join(import.meta.dirname, '../../..');
const sources = readSources(root);

/** What is said about one module that would stand at this path. */
const about = (path: string, source: string) => violations(new Map([[path, source]]));

describe('the house', () => {
  test('keeps to the table of floors', () => {
    expect(violations(sources)).toEqual([]);
  });

  test('has every room of the table', () => {
    const lived = new Set([...sources.keys()].map(roomOf));
    const empty = FLOORS.flat().filter((room) => !lived.has(room) && !existsSync(join(root, room.path)));
    expect(empty).toEqual([]);
  });

  test('is drawn in docs/architecture.md as the table says (npm run layers)', () => {
    const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    expect(text).toBe(withDiagram(text));
  });
});

describe('an import is refused', () => {
  test.each([
    ['src/errors.ts', `import { icons } from './components/ui/icons.js';`],
    ['src/expressions.ts', `export * from './components/ui/words.js';`],
    ['src/assets.ts', `import type { QcsFer } from './components/recognise/qcs-fer/qcs-fer.js';`],
    ['src/capture/a.ts', `import type { Config } from '../training/config.js';`],
    ['src/capture/a.ts', `await import('../training/trainer.js');`],
    ['src/components/train/a.ts', `export { b } from '../evaluate/b.js';`],
    ['src/components/ui/a.ts', `export type { B } from '../train/b.js';`],
    ['src/network/a.ts', `import { crop } from '../faces/crop.js';`],
    ['src/evaluation/a.ts', `import { ModelStore } from '../models/modelStore.js';`],
    ['src/weights/a.ts', `let network: import('../network/network.js').Network;`],
    ['src/dataset/a.ts', `import { NodeStorage } from '../storage/node/nodeStorage.js';`],
    ['src/base/a.ts', `import '../../scripts/build.js';`],
  ])('upward or sideways: %s: %s', (path, source) => {
    expect(about(path, source)).toEqual([expect.stringMatching(/imports .*: .* is not below/)]);
  });

  test.each([
    ['src/index.ts', `import '@tensorflow/tfjs-backend-wasm';`],
    ['src/define.ts', `import { FaceDetector } from '@mediapipe/tasks-vision';`],
    ['src/define-train.ts', `import type { Tensor } from '@tensorflow/tfjs-core';`],
    ['src/errors.ts', `export { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';`],
    ['src/assets.ts', `await import('@mediapipe/tasks-vision');`],
    ['src/components/ui/a.ts', `let tensor: import('@tensorflow/tfjs-core').Tensor;`],
    ['src/network/a.ts', `await import('@tensorflow/tfjs-backend-webgpu');`],
    ['src/weights/a.ts', `import { until } from 'lit/directives/until.js';`],
    ['src/base/a.ts', `import { join } from 'node:path';`],
    ['src/gpu/a.ts', `import type * as tf from '@tensorflow/tfjs';`],
    ['bench/a.ts', `import lodash from 'lodash';`],
  ])('of a package that the room may not name: %s: %s', (path, source) => {
    expect(about(path, source)).toContainEqual(expect.stringMatching(/imports the package/));
  });

  test.each([
    `import { Stepper } from '../../training/step/stepper.js';`,
    `import type { Stepper } from '../../training/step/stepper.js';`,
    `export { type Stepper } from '../../training/step/stepper.js';`,
    `let stepper: import('../../training/step/stepper.js').Stepper;`,
    `await import(\`../../training/step/stepper.js\`);`,
  ])('of the step by a component: %s', (source) => {
    expect(about('src/components/train/a.ts', source)).toEqual([
      expect.stringMatching(/behind the door of src.training/),
    ]);
  });

  test('by which a component would name the module that a worker runs, as assets may', () => {
    const source = `new Worker(new URL('../../training/session/worker.ts', import.meta.url));`;
    expect(about('src/components/train/a.ts', source)).toContainEqual(expect.stringMatching(/as a worker’s module/));
    expect(about('src/assets.ts', `new URL('./training/session/worker.ts', import.meta.url);`)).toEqual([]);
  });

  test('from an address that is computed, and from where no room is', () => {
    const computed = about('src/inference/a.ts', `const load = (url: string) => import(url);`);
    expect(computed).toEqual(['src/inference/a.ts imports from a computed address.']);
    const outside = about('src/base/a.ts', `import { page } from '../../test/support/page.js';`);
    expect(outside).toEqual(['src/base/a.ts imports test/support/page.ts, which stands in no room.']);
  });

  test('a module in no room', () => {
    expect(about('src/attic/a.ts', '')).toEqual(['src/attic/a.ts stands in no room of scripts/layers/table.ts.']);
  });

  test('TensorFlow.js that a component loads by the way, and not its types or what it opens later', () => {
    const through = (statement: string) =>
      violations(
        new Map([
          ['src/components/train/a.ts', statement],
          ['src/training/session/b.ts', `export { c } from '../step/c.js';`],
          ['src/training/step/c.ts', `import { tidy } from '@tensorflow/tfjs-core'; export const c = tidy;`],
        ]),
      );
    expect(through(`import { c } from '../../training/session/b.js';`)).toEqual([
      'src/components/train/a.ts loads TensorFlow.js, by way of src/training/step/c.ts.',
    ]);
    expect(through(`import type { c } from '../../training/session/b.js';`)).toEqual([]);
    expect(through(`await import('../../training/session/b.js');`)).toEqual([]);
  });
});

describe('a global is refused', () => {
  test.each([
    ['src/network/a.ts', `document.title = '';`, 'document.title'],
    ['src/network/a.ts', `globalThis.document.title = '';`, 'document.title'],
    ['src/network/a.ts', `globalThis['document'];`, 'document'],
    ['src/network/a.ts', `(globalThis as { document?: object }).document;`, 'document'],
    ['src/network/a.ts', `const { body } = document;`, 'document'],
    ['src/network/a.ts', `export const a = { document };`, 'document'],
    ['src/network/a.ts', `if (typeof document === 'undefined') throw 0;`, 'document'],
    ['src/network/a.ts', `export let a: HTMLDivElement;`, 'HTMLDivElement'],
    ['src/network/a.ts', `export let a: typeof window;`, 'window'],
    ['src/network/a.ts', `export const a = [0][self];`, 'self'],
    ['src/network/a.ts', `self.postMessage(0);`, 'self.postMessage'],
    ['src/network/a.ts', `globalThis.postMessage(0);`, 'postMessage'],
    ['src/network/a.ts', `for (const key in globalThis) throw key;`, 'globalThis'],
    ['src/inference/a.ts', `document.hidden;`, 'document.hidden'],
    ['src/training/a.ts', `await fetch('/a');`, 'fetch'],
    ['src/components/ui/a.ts', `await navigator.storage.getDirectory();`, 'navigator.storage'],
    ['src/components/ui/a.ts', `localStorage.clear();`, 'localStorage.clear'],
    [
      'src/components/train/a.ts',
      `(navigator as Partial<Navigator>).mediaDevices?.getUserMedia();`,
      'navigator.mediaDevices',
    ],
    ['src/base/a.ts', `process.exit();`, 'process.exit'],
  ])('%s: %s', (path, source, name) => {
    expect(about(path, source)).toEqual([`${path} uses the global ${name}, which ${roomOf(path)?.path} may not.`]);
  });

  test('not where its name means a member, a key or a word', () => {
    const source = `
      // document
      export const label = 'document', row = { document: 1, self: 2 };
      export const read = (from: { document: string }) => from.document + row.self;
    `;
    expect(about('src/network/a.ts', source)).toEqual([]);
  });

  test('not where the table gives it: the page’s address, and nothing else of the page', () => {
    expect(about('src/worker/a.ts', `new URL('a', document.baseURI);`)).toEqual([]);
    expect(about('src/components/ui/a.ts', `document.title = navigator.language;`)).toEqual([]);
  });
});
