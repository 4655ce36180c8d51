/** What a build must carry besides code: licences, and binaries whose bytes are known. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileKernels, KERNEL_FILES } from '../../scripts/kernels.js';
import { LICENCES_FILE, packageFolder } from '../../scripts/licences.js';
import { DETECTOR, SHIPPED_BINARIES } from '../../scripts/shippedBinaries.js';
import { libraryFolder, root } from '../support/page.js';

const demoFolder = join(root, 'dist-demo');
const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

/** The packages that our sources import by name, types apart. Those of the demo alone are not in the library. */
function importedPackages(target: string): Set<string> {
  const names = new Set<string>();
  for (const folder of ['src', 'cli']) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    const own = target === demoFolder ? files : files.filter((name) => !name.startsWith('demo/'));
    for (const file of own.filter((name) => name.endsWith('.ts'))) {
      const imports = read(join(root, folder), file).matchAll(
        /^(?:import|export)\s+(?!type\b)(?:[^'";]*?from\s+)?'((?:@[\w.-]+\/)?[\w.-]+)[^']*'/gm,
      );
      for (const [, name] of imports) if (!name.startsWith('.') && !name.startsWith('node')) names.add(name);
    }
  }
  return names;
}

describe.each([
  ['dist', libraryFolder],
  ['dist-demo', demoFolder],
])('%s', (_, folder) => {
  test('carries our licence and notice as they are', () => {
    for (const name of ['LICENSE', 'NOTICE']) expect(read(folder, name)).toBe(read(root, name));
  });

  test('carries the licence of every package that our sources import, of what those bring, and of the binaries', () => {
    const text = read(folder, LICENCES_FILE);
    const sections = text.split(/\n-{78}\n\n/).slice(1);
    const packages = new Map(sections.map((section) => [section.split(' ', 1)[0], section]));
    const imported = [...importedPackages(folder)].filter((name) => name !== 'webgpu');
    expect(imported).toContain('lit');
    expect(imported).toContain('pngjs');
    const brought = ['mediabunny', 'lit-html', '@lit/reactive-element', 'seedrandom', '@mediapipe/face_detection'];
    for (const name of [...imported, ...brought]) {
      const section = packages.get(name);
      expect(section, name).toBeDefined();
      const { version } = JSON.parse(read(join(root, 'node_modules', name), 'package.json')) as { version: string };
      expect(section).toMatch(new RegExp(`^${name} ${version.replaceAll('.', '\\.')}\n`));
      expect(section).toMatch(
        /Apache License|Permission is hereby granted|Redistribution and use|Permission to use|Mozilla Public License/,
      );
    }
  });

  test('carries binaries with the bytes that are pinned, and our own as their sources compile again', () => {
    const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
    const runtime = readdirSync(join(folder, 'runtime')).map((name) => `runtime/${name}`);
    const pinned = new Map(
      [...SHIPPED_BINARIES, { target: DETECTOR.target, sha256: DETECTOR.targetHash }].map(({ target, sha256 }) => [
        target,
        sha256,
      ]),
    );
    for (const { target, features } of KERNEL_FILES) {
      pinned.set(target, createHash('sha256').update(compileKernels(features)).digest('hex'));
    }
    for (const path of runtime) expect([path, hash(join(folder, path))]).toEqual([path, pinned.get(path)]);
    expect(runtime).toHaveLength([...pinned.keys()].filter((path) => path.startsWith('runtime/')).length);
  });
});

test('packages are told from the paths of their modules', () => {
  expect(packageFolder('/a/node_modules/lit/index.js')).toBe('/a/node_modules/lit');
  expect(packageFolder('/a/node_modules/@x/y/node_modules/@p/q/lib/z.js')).toBe(
    '/a/node_modules/@x/y/node_modules/@p/q',
  );
  expect(packageFolder('\0/a/node_modules/p/z.js?commonjs')).toBe('/a/node_modules/p');
  expect(packageFolder('/a/src/index.ts')).toBeNull();
});
