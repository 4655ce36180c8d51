/** The type declarations of a build: what the public entries lead to, and nothing else. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Of statements and of types, not of comments. */
const IMPORTED = /^(?:import|export)\b(?:[^;'"]*?\bfrom)? ['"]([^'"]+)['"];|\bimport\(['"]([^'"]+)['"]\)/gm;

export interface ReachedDeclarations {
  /** Absolute paths. */
  readonly files: ReadonlySet<string>;
  /** Packages that the declarations name. */
  readonly packages: ReadonlySet<string>;
}

/** Follows the imports of declarations, which name each other as `./file.js`. */
export function reachDeclarations(entries: readonly string[]): ReachedDeclarations {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    for (const [, stated, inside] of readFileSync(path, 'utf8').matchAll(IMPORTED)) {
      const name = stated ?? inside;
      if (name.startsWith('.')) visit(resolve(dirname(path), name.replace(/\.js$/, '.d.ts')));
      else packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(name)![0]);
    }
  };
  for (const entry of entries) visit(resolve(entry));
  return { files, packages };
}

/** Removes what no entry leads to. */
export function pruneDeclarations(folder: string, entries: readonly string[]): void {
  const { files } = reachDeclarations(entries);
  for (const item of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = resolve(join(item.parentPath, item.name));
    if (item.isFile() && !files.has(path)) rmSync(path);
  }
}
