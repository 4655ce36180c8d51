/** What the documents' code blocks claim, as far as neither a compiler of TypeScript nor a browser is needed. Those: test/e2e/manual.test.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from 'svelte/compiler';
import { compileScript, compileTemplate, parse } from 'vue/compiler-sfc';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseConfig } from '../../../src/training/config.js';
import { blocksOf, documentBlocks, placeOf, type CodeBlock } from '../../support/docs/blocks.js';
import { commandsOf, faultOf } from '../../support/docs/shell.js';

const root = join(import.meta.dirname, '../../..');
const blocks = documentBlocks(root);
const running = (language: string) => blocks.filter((block) => block.language === language && !block.excerpt);
const titled = (language: string) => running(language).map((block): [string, CodeBlock] => [placeOf(block), block]);

test('every block says a language that a test knows, or that it is text', () => {
  const known = ['', 'text', 'ts', 'tsx', 'js', 'vue', 'svelte', 'html', 'json', 'sh'];
  expect(blocks.filter(({ language }) => !known.includes(language)).map(placeOf)).toEqual([]);
  expect(running('html').length).toBeGreaterThan(12);
  expect(running('ts').length).toBeGreaterThan(8);
});

test('blocks are found in lists too, with their line, heading and claim', () => {
  const markdown = '# A\n\n```ts\nlet a;\n```\n\n1. b\n\n   ```sh excerpt\n   cd c\n     d\n   ```\n';
  expect(blocksOf('x.md', markdown)).toEqual([
    { file: 'x.md', line: 4, heading: 'A', language: 'ts', excerpt: false, serviceWorker: false, text: 'let a;\n' },
    { file: 'x.md', line: 10, heading: 'A', language: 'sh', excerpt: true, serviceWorker: false, text: 'cd c\n  d\n' },
  ]);
});

test.each(titled('json'))('%s is JSON', (_, { text }) => {
  expect(() => JSON.parse(text) as unknown).not.toThrow();
});

test.each(titled('json').filter(([, { text }]) => text.includes('"classes"')))(
  '%s is a configuration that training takes',
  (_, { text }) => {
    expect(() => parseConfig(text)).not.toThrow();
  },
);

test.each(titled('vue'))('%s is a component of Vue', (_, { text }) => {
  const { descriptor, errors } = parse(text);
  expect(errors).toEqual([]);
  const script = compileScript(descriptor, { id: 'block' });
  const template = compileTemplate({
    id: 'block',
    filename: 'block.vue',
    source: descriptor.template!.content,
    compilerOptions: { bindingMetadata: script.bindings ?? {}, isCustomElement: (tag) => tag.startsWith('qcs-') },
  });
  expect(template.errors).toEqual([]);
  expect(template.code).toContain('onQcsChange');
});

test.each(titled('svelte'))('%s is a component of Svelte', (_, { text }) => {
  const { js, warnings } = compile(text, { filename: 'Block.svelte' });
  expect(warnings).toEqual([]);
  expect(js.code).toContain('qcs-fer');
});

describe('commands', () => {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'qcs-docs-'));
  beforeAll(() => {
    process.chdir(folder);
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterAll(() => {
    vi.restoreAllMocks();
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  test.each(titled('sh'))('%s are understood', async (_, { text }) => {
    for (const command of commandsOf(text)) {
      expect([command.words.join(' '), await faultOf(root, command)]).toEqual([command.words.join(' '), undefined]);
    }
  });

  test.each([
    ['npx qcs-fer predict --modle a.json b.png', /modle/],
    ['npx qcs-fer predict', /./],
    ['npx qcs-fer evaluate --model a.json', /./],
    ['npx qcs-fer transform a', /no command transform/],
    ['npm run bench -- sprint', /no bench sprint/],
    ['npm run nothing', /no script nothing/],
    ['npx vitest run test/gone.test.ts', /no test.gone/],
    ['(cd pytorch && python3 gone.py)', /no gone.py/],
    ['brew install x', /nobody knows brew/],
  ])('that are not are told: %s', async (block, fault) => {
    const faults = await Promise.all(commandsOf(block).map((command) => faultOf(root, command)));
    expect(faults.filter((each) => each !== undefined).join()).toMatch(fault);
  });
});
