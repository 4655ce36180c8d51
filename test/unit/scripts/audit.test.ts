import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  licenceProblems,
  type Lock,
  lockProblems,
  type PackageFile,
  packageProblems,
} from '../../../scripts/audit/checks.js';

const root = join(import.meta.dirname, '../../..');
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageFile;

test('every package is pinned by its hash, and comes from no place but the registry', () => {
  expect(lockProblems(lock)).toEqual([]);
  const integrity = `sha512-${'a'.repeat(86)}==`;
  const forged: Lock = {
    lockfileVersion: 3,
    packages: {
      '': {},
      'node_modules/fine': { integrity },
      'node_modules/bare': {},
      'node_modules/weak': { integrity: 'sha1-a' },
      'node_modules/elsewhere': { integrity, resolved: 'git+ssh://git@host/x.git' },
      'node_modules/linked': { link: true },
    },
  };
  expect(lockProblems(forged).map((problem) => problem.split(' ')[0])).toEqual([
    'node_modules/bare',
    'node_modules/weak',
    'node_modules/elsewhere',
    'node_modules/linked',
  ]);
});

test('every package has a licence under which it may be used here', () => {
  expect(licenceProblems(lock.packages)).toEqual([]);
  const packages = {
    a: { license: 'MIT' },
    b: { license: '(GPL-3.0 OR MIT)' },
    c: { license: 'GPL-3.0' },
    d: { license: 'MIT AND GPL-3.0' },
    e: {},
  };
  expect(licenceProblems(packages).map((problem) => problem[0])).toEqual(['c', 'd', 'e']);
});

test('nothing of ours runs on the machine of whoever installs the package, and versions are exact', () => {
  expect(packageProblems(own)).toEqual([]);
  const loose = {
    scripts: { postinstall: 'x', test: 'y' },
    dependencies: { lit: '^3.0.0' },
    devDependencies: { a: '1.2.3' },
  };
  expect(packageProblems(loose)).toHaveLength(2);
});
