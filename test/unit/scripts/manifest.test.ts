import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LitElement } from 'lit';
import { describe, expect, test } from 'vitest';
import { codeData, propertiesOf, webTypes } from '../../../scripts/manifest/editors.js';
import { describeElements, packageManifest, type DescribedElement } from '../../../scripts/manifest/elements.js';

const root = join(import.meta.dirname, '../../..');
const elements = describeElements(root);
const ENTRIES: Readonly<Record<string, () => Promise<object>>> = {
  define: () => import('../../../src/define.js'),
  'define-train': () => import('../../../src/define-train.js'),
  'define-evaluate': () => import('../../../src/define-evaluate.js'),
  'define-models': () => import('../../../src/define-models.js'),
};

type ElementClass = typeof LitElement & { readonly observedAttributes: readonly string[] };

async function classOf({ entry, name }: DescribedElement): Promise<ElementClass> {
  return ((await ENTRIES[entry]()) as Readonly<Record<string, ElementClass>>)[name];
}

const names = (described: readonly { readonly name: string }[] | undefined) =>
  (described ?? []).map(({ name }) => name).toSorted();
const found = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))];

/** An element's own source with what it imports of the components, but for other elements. */
function ownSource(module: string, seen = new Set<string>()): string {
  if (seen.has(module)) return '';
  const text = readFileSync(join(root, module), 'utf8');
  if (seen.size > 0 && text.includes('interface HTMLElementTagNameMap')) return '';
  seen.add(module);
  const imported = [...text.matchAll(/^(?:import|export) (?!type)[^;]*? from '(\.[^']+)\.js';/gm)]
    .map(([, path]) => join(dirname(module), `${path}.ts`))
    .filter((path) => path.startsWith('src/components/') && existsSync(join(root, path)));
  return [text, ...imported.map((path) => ownSource(path, seen))].join('\n');
}

/** Parts that templates and scripts name; computed ones end where they are computed. */
function partsIn(source: string): readonly string[] {
  const listed = [...source.matchAll(/\b(?:part|exportparts)="([^"$]*)/g)].flatMap(([, parts]) =>
    parts.split(/[\s,]+/),
  );
  const added = found(source, /\.part\.add\('([\w-]+)'\)/g);
  return [...new Set([...listed, ...added])].filter((part) => part !== '').toSorted();
}

const tokens = found(readFileSync(join(root, 'src/components/ui/tokens.ts'), 'utf8'), /var\((--qcs-[\w-]+)/g);

describe('the manifest', () => {
  test('describes every element that an entry exports, under the tag that the entry registers', async () => {
    for (const element of elements) {
      const registered = readFileSync(join(root, `src/${element.entry}.ts`), 'utf8');
      expect(registered).toContain(`'${element.tagName}': ${element.name},`);
    }
    expect(elements.map(({ tagName }) => tagName)).toEqual(
      expect.arrayContaining(['qcs-fer', 'qcs-face-overlay', 'qcs-train', 'qcs-evaluate', 'qcs-models']),
    );
    const { modules } = packageManifest(elements);
    expect(modules.flatMap(({ exports }) => exports ?? [])).toHaveLength(2 * elements.length);
    expect(modules.map(({ path }) => path)).toEqual(Object.keys(ENTRIES).map((entry) => `dist/${entry}.js`));
  });

  test.each(elements.map((element) => [element.tagName, element] as const))(
    '%s: attributes and properties are those of its class',
    async (_, element) => {
      const elementClass = await classOf(element);
      expect(names(element.attributes)).toEqual([...elementClass.observedAttributes].toSorted());
      const settable = [...elementClass.elementProperties]
        .filter(([, { state }]) => state !== true)
        .map(([name]) => String(name));
      const described = propertiesOf(element);
      expect(names(described.filter(({ readonly }) => readonly !== true))).toEqual(settable.toSorted());
      for (const { name, readonly } of described) {
        const own = Object.getOwnPropertyDescriptor(elementClass.prototype, name);
        const has = (accessor: 'get' | 'set') => typeof Reflect.get(own ?? {}, accessor) === 'function';
        expect(has('get'), name).toBe(true);
        expect(has('set'), name).toBe(readonly !== true);
      }
    },
  );

  test.each(elements.map((element) => [element.tagName, element] as const))(
    '%s: events, parts and slots are those of its sources, and every one is explained',
    (_, element) => {
      const source = ownSource(element.module);
      expect(names(element.events)).toEqual(
        found(source, /\bemit\(\s*(?:this|from|host|element),\s*'([\w-]+)'/g).toSorted(),
      );
      expect(names(element.cssParts)).toEqual(partsIn(source));
      expect(names(element.slots)).toEqual(
        found(source, /<slot(?: name="([\w-]+)")?/g)
          .map((name) => name ?? '')
          .toSorted(),
      );
      const { attributes = [], events = [], cssParts = [], slots = [], cssProperties = [] } = element;
      for (const { name, description } of [...attributes, ...events, ...cssParts, ...slots, ...cssProperties]) {
        expect(description, `${element.tagName}: ${name}`).toMatch(/\w.*\.$/);
      }
    },
  );

  test.each(elements.map((element) => [element.tagName, element] as const))(
    '%s: custom properties of CSS are those of its styles',
    (_, element) => {
      const own = found(ownSource(element.module), /var\((--qcs-[\w-]+)/g);
      if (element.tagName === 'qcs-fer') {
        const parts = elements.filter(({ entry }) => entry === 'define');
        const all = parts.flatMap(({ module }) => found(ownSource(module), /var\((--qcs-[\w-]+)/g));
        expect(names(element.cssProperties)).toEqual([...new Set([...all, ...tokens])].toSorted());
      } else {
        expect(names(element.cssProperties)).toEqual(own.filter((name) => !tokens.includes(name)).toSorted());
      }
    },
  );
});

test('the types for frameworks take what a page may set on an element', () => {
  const text = readFileSync(join(root, 'src/elementTypes.ts'), 'utf8');
  const typed = [...text.matchAll(/^  '([\w-]+)': Described<([^]*?)>;$/gm)];
  expect(typed.map(([, tag]) => tag)).toContain('qcs-fer');
  for (const [, tag, described] of typed) {
    const element = elements.find(({ tagName }) => tagName === tag)!;
    const settable = propertiesOf(element).filter(({ readonly }) => readonly !== true);
    const quoted = found(described, /'([\w-]+)'/g);
    expect(
      settable.filter(({ name }) => !quoted.includes(name)),
      tag,
    ).toEqual([]);
    const spelled = (element.attributes ?? []).filter(({ name }) => name.includes('-'));
    expect(
      spelled.filter(({ name }) => !quoted.includes(name)),
      tag,
    ).toEqual([]);
    expect((element.events ?? []).length > 0, tag).toBe(/EventMap|CustomEvent/.test(described));
  }
});

describe('the data for editors', () => {
  const fer = elements.find(({ tagName }) => tagName === 'qcs-fer')!;

  test('VS Code offers every tag and attribute, and the words of those that have some', () => {
    const { tags } = codeData(elements) as {
      readonly tags: readonly {
        readonly name: string;
        readonly attributes: readonly { readonly name: string; readonly values?: readonly { name: string }[] }[];
      }[];
    };
    expect(tags.map(({ name }) => name)).toEqual(elements.map(({ tagName }) => tagName));
    const { attributes } = tags.find(({ name }) => name === 'qcs-fer')!;
    expect(names(attributes)).toEqual(names(fer.attributes));
    expect(attributes.find(({ name }) => name === 'backend')?.values).toEqual([
      { name: 'auto' },
      { name: 'webgpu' },
      { name: 'wasm' },
    ]);
    expect(attributes.find(({ name }) => name === 'paused')).toMatchObject({ valueSet: 'v' });
  });

  test('web-types hold attributes, properties, events and the names for CSS', () => {
    const data = webTypes(elements, 'qcs-fer', '1.2.3') as {
      readonly contributions: { readonly html: { readonly elements: readonly object[] } };
    };
    expect(data).toMatchObject({ name: 'qcs-fer', version: '1.2.3' });
    const described = data.contributions.html.elements.find(
      (element) => 'name' in element && element.name === 'qcs-fer',
    );
    const named = (list: readonly { readonly name: string }[] | undefined): unknown =>
      expect.arrayContaining((list ?? []).map(({ name }): unknown => expect.objectContaining({ name })));
    expect(described).toMatchObject({
      attributes: named(fer.attributes),
      slots: named(fer.slots),
      js: { properties: named(propertiesOf(fer)), events: named(fer.events) },
      css: { properties: named(fer.cssProperties), parts: named(fer.cssParts) },
    });
  });
});
