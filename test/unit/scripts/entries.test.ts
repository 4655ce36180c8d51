import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { libraryEntries, publicEntries, WORKERS } from '../../../scripts/entries.js';

const root = join(import.meta.dirname, '../../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const { exports, sideEffects, types } = JSON.parse(text('package.json')) as {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly sideEffects: readonly string[];
  readonly types: string;
};
const publicNames = publicEntries(root);
const matches = (patterns: readonly string[], path: string) =>
  patterns.some((pattern) =>
    new RegExp(`^${pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')}$`).test(path),
  );

/** By the function that starts the worker: the file that it names. */
const started = (twin: RegExp) =>
  Object.fromEntries(
    readdirSync(join(root, 'src'))
      .filter((name) => twin.test(name))
      .flatMap((name) => [...text(`src/${name}`).matchAll(/function (start\w+Worker)\(\)[^}]*new URL\('\.\/([^']+)'/g)])
      .map(([, name, file]) => [name, file]),
  );

describe('the entries of the library', () => {
  test('are the modules that package.json offers, each with its types and under its name with and without .js', () => {
    for (const [asked, target] of Object.entries(exports)) {
      if (typeof target === 'string') continue;
      const name = asked === '.' ? 'index' : asked.replace(/^\.\/|\.js$/g, '');
      expect(target).toEqual({ types: `./dist/types/${name}.d.ts`, default: `./dist/${name}.js` });
      if (asked !== '.') expect(exports).toMatchObject({ [`./${name}`]: target, [`./${name}.js`]: target });
    }
    expect(types).toBe('./dist/types/index.d.ts');
  });

  test('are all that lie in src/ under such a name, and all that types are written for', () => {
    const { include } = JSON.parse(text('tsconfig.build.json')) as { readonly include: readonly string[] };
    const modules = readdirSync(join(root, 'src')).filter((path) => path.endsWith('.ts'));
    const typed = modules.filter((path) => matches(include, `src/${path}`));
    const named = modules.filter((path) => /^(index|recognizer|define.*|node|react|vue|svelte)\.ts$/.test(path));
    expect(typed.toSorted()).toEqual(publicNames.map((name) => `${name}.ts`).toSorted());
    expect(named.toSorted()).toEqual(typed.toSorted());
  });

  test('have side effects but for the library’s names and the types of frameworks', () => {
    const effects = Object.keys(libraryEntries(root)).filter((name) => matches(sideEffects, `./dist/${name}.js`));
    expect([...effects, 'index', 'recognizer', 'react', 'vue', 'svelte'].toSorted()).toEqual(
      Object.keys(libraryEntries(root)).toSorted(),
    );
  });

  test('have the workers that the sources start, under the names that the built library starts', () => {
    const modules = started(/^assets\.\w+\.ts$/);
    const built = started(/^assets\.\w+\.dist\.ts$/);
    const pairs = Object.keys(modules).map((name) => [built[name]?.replace(/\.js$/, ''), `src/${modules[name]}`]);
    expect(Object.keys(built)).toEqual(Object.keys(modules));
    expect(Object.fromEntries(pairs)).toEqual(WORKERS);
  });

  test('are refused where a module is missing, rather than left out', () => {
    const folder = mkdtempSync(join(tmpdir(), 'entries-'));
    try {
      cpSync(join(root, 'package.json'), join(folder, 'package.json'));
      for (const path of Object.values(libraryEntries(root))) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), '');
      }
      expect(libraryEntries(folder)).toEqual(libraryEntries(root));
      rmSync(join(folder, 'src/define-train.ts'));
      expect(() => libraryEntries(folder)).toThrow(
        'The library would lack src/define-train.ts: there is no such file.',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
