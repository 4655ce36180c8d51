/** `npm run reproducible`: builds twice and compares every file of `dist/` and `dist-demo/`, byte by byte. Takes twice as long as a build. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FOLDERS = ['dist', 'dist-demo'];

/** SHA-256 by path. */
function built(): ReadonlyMap<string, string> {
  execFileSync(process.execPath, ['--import', 'tsx', join(ROOT, 'scripts/build.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const paths = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return new Map(paths.sort().map((path) => [path.slice(ROOT.length), hashOf(path)]));
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

const first = built();
const second = built();
const different = [...new Set([...first.keys(), ...second.keys()])].filter(
  (path) => first.get(path) !== second.get(path),
);
const all = createHash('sha256')
  .update([...second].map(([path, hash]) => `${hash}  ${path}\n`).join(''))
  .digest('hex');
process.stdout.write(
  different.length === 0
    ? `${second.size} files, the same in both builds. SHA-256 of their list: ${all}\n`
    : `${different.length} of ${second.size} files differ:\n${different.map((path) => `  ${path}\n`).join('')}`,
);
process.exitCode = different.length === 0 ? 0 : 1;
