/** What other people's bundlers make of the built library. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';
import { root } from './page.js';

export interface Emitted {
  readonly name: string;
  readonly content: Buffer;
}

/** Builds `main.js` with Vite in a project that has the library and what it depends on. */
export async function bundle(main: string): Promise<readonly Emitted[]> {
  const project = mkdtempSync(join(tmpdir(), 'qcs-bundle-'));
  try {
    writeFileSync(join(project, 'main.js'), main);
    await build({
      root: project,
      configFile: false,
      publicDir: false,
      logLevel: 'error',
      worker: { format: 'es' },
      resolve: { alias: [{ find: /^lit(\/.*)?$/, replacement: join(root, 'node_modules/lit$1') }] },
      build: { outDir: join(project, 'out'), target: 'es2022', rolldownOptions: { input: join(project, 'main.js') } },
    });
    const out = join(project, 'out/assets');
    return readdirSync(out).map((name) => ({ name, content: readFileSync(join(out, name)) }));
  } finally {
    rmSync(project, { recursive: true });
  }
}

export interface Weight {
  /** Bytes. */
  readonly raw: number;
  /** Bytes after Brotli, file by file as servers send them. */
  readonly brotli: number;
}

/** The code that a browser loads before a module of the library runs: the module and what it imports, but not what it loads later. */
export function weigh(entry: string): Weight {
  const contents = modulesOf(entry).map((path) => readFileSync(path));
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  return {
    raw: sum(contents.map(({ length }) => length)),
    brotli: sum(contents.map((content) => brotliCompressSync(content).length)),
  };
}

/** Paths of a module and of all that it imports, directly or not. */
export function modulesOf(entry: string): readonly string[] {
  const files = new Set<string>();
  const visit = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    importsOf(path).forEach(visit);
  };
  visit(entry);
  return [...files];
}

/** Paths of the modules that a module names itself. */
export function importsOf(path: string): readonly string[] {
  const names = readFileSync(path, 'utf8').matchAll(/^(?:import|export)\b(?:[^'"]*?\bfrom)? ?["'](\.[^"']+)["'];/gm);
  return [...names].map(([, name]) => resolve(dirname(path), name));
}
