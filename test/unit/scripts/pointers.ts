/** The paths that comments and documents of this repository name, to see that something lies there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { parseSync } from 'vite';
import { REFERENCE } from '../../../scripts/docs/site/pages.js';

const FOLDERS = ['src', 'cli', 'bench', 'scripts', 'test', 'docs', 'schema', 'pytorch', 'public/models'];
const LEFT_OUT = /(^|\/)(node_modules|fixtures|\.cache|\.venv|__pycache__)\/|^docs\/reference\//;

/** Not ours: sources of other projects, files that a command writes, and names that many rooms have. */
const ELSEWHERE = new Set([
  'gear/emotion.ts',
  'src/gear/emotion.ts',
  'torch/_utils.py',
  'table.md',
  'MODEL_CARD.md',
  'commands.ts',
  'src/App.tsx',
  'src/Reading.tsx',
]);

/** Written from the code, and not kept. */
const WRITTEN: ReadonlySet<string> = new Set(['docs/reference', ...REFERENCE.map((name) => `docs/reference/${name}`)]);

/** Every text whose pointers count. */
export function texts(root: string): readonly string[] {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  );
  const atTop = readdirSync(root).filter((path) => path.endsWith('.md') || path.endsWith('.config.ts'));
  return [...atTop, ...inFolders].filter((path) => /\.(ts|js|py|md)$/.test(path) && !LEFT_OUT.test(path));
}

/** What a text names and where nothing lies: `path: pointer`. */
export function stalePointers(root: string, path: string, source: string): readonly string[] {
  const named = pointers(path, source).filter((pointer) => !ELSEWHERE.has(pointer));
  return named.filter((pointer) => !lies(root, path, pointer)).map((pointer) => `${path}: ${pointer}`);
}

export function readText(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

const LINK = /\]\(([^)#:\s]+)(?:#[^)]*)?\)/g;
const ROOTED = /(?<![\w./@-])((?:src|cli|bench|scripts|docs|pytorch|test|schema)\/[\w./-]*\w)(?![\w*<{-])/g;
const FILE = /(?<![\w./@<>*-])((?:\.{0,2}\/)?(?:[\w-]+\/)*[\w.-]+\.(?:ts|py|md))(?!\w)/g;

function pointers(path: string, source: string): readonly string[] {
  const prose = proseOf(path, source);
  const links = path.endsWith('.md') ? [...prose.matchAll(LINK)].map(([, link = '']) => `./${link}`) : [];
  const rest = prose.replaceAll(LINK, ']');
  const names = [...rest.matchAll(ROOTED), ...rest.matchAll(FILE)].map(([, name = '']) => name);
  return [...new Set([...links, ...names])];
}

/** Comments of TypeScript, comments and long strings of Python, all of a document. */
function proseOf(path: string, source: string): string {
  if (path.endsWith('.md')) return source;
  if (path.endsWith('.py')) return [...source.matchAll(/"""[^]*?"""|#.*/g)].join('\n');
  return parseSync(path, source)
    .comments.map(({ value }) => value)
    .join('\n');
}

/** A pointer counts from its text's folder, as links always do, from the root, or from the places that a reader has in mind. */
function lies(root: string, from: string, pointer: string): boolean {
  if (WRITTEN.has(posix.join(pointer.startsWith('.') ? dirname(from) : '.', pointer).replace(/\/$/, ''))) return true;
  if (pointer.startsWith('.')) return existsSync(join(root, dirname(from), pointer));
  const bases = [dirname(from), '.', ...(pointer.includes('/') ? ['src', 'pytorch', 'pytorch/qcs_fer'] : [])];
  if (pointer.endsWith('.py')) bases.push('pytorch');
  if (from.startsWith('pytorch/')) bases.push('pytorch', 'pytorch/qcs_fer', 'pytorch/tests');
  return bases.some((base) => existsSync(join(root, posix.join(base, pointer))));
}
