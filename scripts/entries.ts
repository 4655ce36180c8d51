/**
 * The files that the built library offers. What people import stands in package.json alone (`exports`); which module each worker runs
 * stands here, and under its built name in src/assets.dist.ts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The workers' modules by the names of their built files. */
export const WORKERS: Readonly<Record<string, string>> = {
  'recognizer-worker': 'src/inference/worker.ts',
  'models-worker': 'src/models/worker.ts',
  'evaluation-worker': 'src/evaluation/worker.ts',
  'training-worker': 'src/training/session/worker.ts',
};

/** What runs in Node alone, by the names of the built files; one of them is an entry of package.json, one its command. */
export const NODE_MODULES: Readonly<Record<string, string>> = {
  cli: 'cli/main.ts',
  node: 'src/node.ts',
  'classifier-thread': 'src/plan/nodeCropThread.ts',
  'image-thread': 'src/node/imageThread.ts',
  'recognizer-thread': 'src/node/recognizerThread.ts',
};

/**
 * Every entry of the page's library by its built name: `define-train` for `./define-train.js` of package.json is `src/define-train.ts`.
 * @throws Error for an entry without its module
 */
export function libraryEntries(root: string): Readonly<Record<string, string>> {
  const ofThePage = publicEntries(root).filter((name) => !(name in NODE_MODULES));
  const entries = {
    ...Object.fromEntries(ofThePage.map((name) => [name, `src/${name}.ts`])),
    ...WORKERS,
  };
  const missing = Object.values(entries).filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) throw new Error(`The library would lack ${missing.join(', ')}: there is no such file.`);
  return entries;
}

/** What people import, by the built name: `index`, `define`, ... */
export function publicEntries(root: string): readonly string[] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  const built = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target.default]));
  return [...new Set(built.map((path) => path.replace(/^\.\/dist\/(.*)\.js$/, '$1')))];
}
