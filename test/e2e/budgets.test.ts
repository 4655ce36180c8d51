import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { libraryEntries } from '../../scripts/entries.js';
import { bundle, importsOf, modulesOf, weigh, type Weight } from '../support/bundling.js';
import { libraryFolder, root } from '../support/page.js';

const { entries, displayName } = JSON.parse(readFileSync(join(root, 'test/budgets.json'), 'utf8')) as {
  readonly entries: Readonly<Record<string, Weight>>;
  readonly displayName: Weight;
};
const from = (entry: string) => JSON.stringify(join(libraryFolder, `${entry}.js`));

describe('the budgets', () => {
  test('are set for every entry and worker', () => {
    expect(Object.keys(entries).toSorted()).toEqual(Object.keys(libraryEntries(root)).toSorted());
  });

  test.each(Object.entries(entries))('hold %s', (entry, budget) => {
    const weight = weigh(join(libraryFolder, `${entry}.js`));
    expect(weight.raw).toBeLessThanOrEqual(budget.raw);
    expect(weight.brotli).toBeLessThanOrEqual(budget.brotli);
    // A budget far above what is there guards nothing.
    expect(weight.raw).toBeGreaterThanOrEqual(budget.raw * 0.75);
  });
});

describe('modules', () => {
  test.each(Object.keys(entries))('are all asked for at once, as %s names every one that it needs', (entry) => {
    const path = join(libraryFolder, `${entry}.js`);
    expect(new Set(modulesOf(path)).size).toBe(1 + new Set(importsOf(path)).size);
  });
});

describe('a page carries what it uses', () => {
  test('a name of the library brings neither the elements nor the recogniser', async () => {
    const emitted = await bundle(
      `import { displayName } from ${from('index')};\ndocument.title = displayName('happiness');\n`,
    );
    const main = emitted.find(({ name }) => /^main-.*\.js$/.test(name))!.content;
    // Other pieces are there for imports on demand, of which this page has none left.
    expect(main.toString()).not.toMatch(/\bimport\b/);
    expect(main.length).toBeLessThanOrEqual(displayName.raw);
    expect(brotliCompressSync(main).length).toBeLessThanOrEqual(displayName.brotli);
  });

  test('the recogniser brings no element', async () => {
    const emitted = await bundle(`import { createRecognizer } from ${from('recognizer')};\nvoid createRecognizer();\n`);
    const scripts = emitted.filter(({ name }) => name.endsWith('.js')).map(({ content }) => content.toString());
    expect(scripts.filter((script) => /\bqcs-face-overlay\b|litElementVersions/.test(script))).toEqual([]);
    expect(emitted.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^recognizer-worker-.*\.js$/));
  });

  test('<qcs-fer> alone brings no file of training, evaluation or conversion', async () => {
    const names = (await bundle(`import ${from('define')};\n`)).map(({ name }) => name);
    expect(names.filter((name) => /training|evaluation|models-worker/.test(name))).toEqual([]);
    expect(names).toContainEqual(expect.stringMatching(/^weights\.int8-.*\.safetensors$/));
  });

  test('<qcs-train> alone brings its weights and worker, the recogniser’s for two models side by side, and no other', async () => {
    const names = (await bundle(`import ${from('define-train')};\n`)).map(({ name }) => name);
    expect(names).toContainEqual(expect.stringMatching(/^training-.*\.safetensors$/));
    expect(names.filter((name) => /worker/.test(name)).toSorted()).toEqual([
      expect.stringMatching(/^recognizer-worker-.*\.js$/),
      expect.stringMatching(/^training-worker-.*\.js$/),
    ]);
  });

  test('Lit is there once where the page uses it too', async () => {
    const emitted = await bundle(
      `import ${from('define')};\nimport { LitElement } from 'lit';\nclass Own extends LitElement {}\ncustomElements.define('own-element', Own);\n`,
    );
    const copies = emitted.flatMap(({ content }) => [...content.toString().matchAll(/litElementVersions\s*\?\?=/g)]);
    expect(copies).toHaveLength(1);
  });
});
