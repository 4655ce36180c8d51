/** The licence texts of what a build carries: the law asks for them beside the code, and people look there first. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { DETECTOR, SHIPPED_BINARIES } from './shippedBinaries.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const LICENCES_FILE = 'THIRD-PARTY-LICENSES.txt';
const LICENCE_FILE = /^(licen[cs]e|copying)(\.|$)/i;

/** Packages that leave out the licence which another one of their repository has. */
const SAME_REPOSITORY: ReadonlyMap<string, string> = new Map([['@lit-labs/ssr-dom-shim', 'lit']]);

interface Package {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  readonly text: string;
}

/** Notes the folder of every package of which something goes into a bundle. */
export function notePackages(folders: Set<string>): Plugin {
  return {
    name: 'note-packages',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const id of chunk.moduleIds) {
          const folder = packageFolder(id);
          if (folder !== null) folders.add(folder);
        }
      }
    },
  };
}

/** The package that a module belongs to: the innermost folder below `node_modules`, with its scope. Null for modules of our own. */
export function packageFolder(id: string): string | null {
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/'))?.[1] ?? null;
}

/**
 * Puts our licence, the notice and the licences of all packages into a build's folder.
 * @throws Error for a package whose licence text is not to be had
 */
export function writeLicences(target: string, bundled: ReadonlySet<string>): void {
  mkdirSync(target, { recursive: true });
  for (const name of ['LICENSE', 'NOTICE']) copyFileSync(join(ROOT, name), join(target, name));
  const binaries = [...SHIPPED_BINARIES, DETECTOR].map(({ source }) => packageFolder(join(ROOT, source)) ?? '');
  const packages = [...new Set([...bundled, ...binaries])].map(readPackage);
  const sorted = packages.sort((a, b) => a.name.localeCompare(b.name, 'en'));
  const sections = sorted.map(
    ({ name, version, licence, text }) => `${name} ${version}\n${licence}\n\n${text.trim()}\n`,
  );
  const introduction =
    'The packages of which this build carries code or files, with their licences. See NOTICE for what is whose.\n';
  writeFileSync(join(target, LICENCES_FILE), [introduction, ...sections].join(`\n${'-'.repeat(78)}\n\n`));
}

function readPackage(folder: string): Package {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const licence = license ?? '';
  const file = readdirSync(folder).find((entry) => LICENCE_FILE.test(entry));
  if (file !== undefined) return { name, version, licence, text: readFileSync(join(folder, file), 'utf8') };
  // Google's packages name the licence and leave its text out; it is the one that we are under.
  if (licence === 'Apache-2.0') return { name, version, licence, text: readFileSync(join(ROOT, 'LICENSE'), 'utf8') };
  const read = join(folder, 'README.md');
  const section = existsSync(read)
    ? /^#*\s*licen[cs]e.*?\n([^]*?)(?=\n#|(?![^]))/im.exec(readFileSync(read, 'utf8'))?.[1]
    : undefined;
  if (section?.includes('Permission is hereby granted') === true) return { name, version, licence, text: section };
  const elder = SAME_REPOSITORY.get(name);
  if (elder !== undefined) return { ...readPackage(join(ROOT, 'node_modules', elder)), name, version };
  throw new Error(
    `${name} ${version} (${licence}) has no licence text that can be shipped. Do without it, or add its text.`,
  );
}
