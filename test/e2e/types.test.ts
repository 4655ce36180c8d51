import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicEntries } from '../../scripts/entries.js';
import { reachDeclarations } from '../../scripts/declarations.js';
import { judge, REACT } from '../consumers/typeProjects.js';
import { writeFiles } from '../consumers/runProject.js';
import { libraryFolder, root } from '../support/page.js';

/** Inside the package, which may import itself by its name. */
const folder = join(root, 'test/.cache/types');
beforeAll(() => writeFiles(folder, REACT.files));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const withoutComments = (path: string) => readFileSync(path, 'utf8').replaceAll(/\/\*[^]*?\*\//g, '');

describe('the types out of dist/', () => {
  test('describe the elements in JSX, with their events, and refuse each mistake', () => {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
      encoding: 'utf8',
    });
    expect(judge(REACT, `${stdout}${stderr}`)).toBe('');
  });

  test('name nothing of WebGPU, which TypeScript 5 does not know without a further package', () => {
    const names = readdirSync(join(libraryFolder, 'types'), { recursive: true, encoding: 'utf8' });
    const declarations = names.filter((name) => name.endsWith('.d.ts'));
    expect(declarations).toContain('node.d.ts');
    const named = declarations.filter((name) =>
      /\bGPU[A-Z]\w+/.test(withoutComments(join(libraryFolder, 'types', name))),
    );
    expect(named).toEqual([]);
  });

  test.each(publicEntries(root))('of %s lead to no package that a user does not have', (entry) => {
    const { packages } = reachDeclarations([join(libraryFolder, `types/${entry}.d.ts`)]);
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object };
    const framework = ['react', 'vue', 'svelte'].filter((name) => name === entry);
    const known = [...Object.keys(dependencies), ...framework];
    expect([...packages].filter((name) => !known.includes(name))).toEqual([]);
  });
});
