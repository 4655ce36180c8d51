/**
 * `npm run audit`: the lock's hashes, licences, scripts of ours that would run on install, and what is known of weaknesses in our packages
 * (`npm audit`, which asks the registry).
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { licenceProblems, type Lock, lockProblems, type PackageFile, packageProblems } from './audit/checks.js';

interface Advice {
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
}

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Null where the registry does not tell. */
function knownWeaknesses(): readonly string[] | null {
  const { stdout } = spawnSync('npm', ['audit', '--json', '--audit=true'], { cwd: ROOT, encoding: 'utf8' });
  const { vulnerabilities } = JSON.parse(stdout === '' ? '{}' : stdout) as Advice;
  if (vulnerabilities === undefined) return null;
  return Object.entries(vulnerabilities).map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
}

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as PackageFile;
const answers: Readonly<Record<string, readonly string[] | null>> = {
  'The lock': lockProblems(lock),
  Licences: licenceProblems(lock.packages),
  'package.json': packageProblems(own),
  'Known weaknesses': knownWeaknesses(),
};
for (const [title, problems] of Object.entries(answers)) {
  if (problems === null) process.stdout.write(`${title}: SKIPPED, the registry does not tell\n`);
  else process.stdout.write([`${title}: ${problems.length}`, ...problems.map((line) => `  ${line}`), ''].join('\n'));
}
process.exitCode = Object.values(answers).some((problems) => (problems ?? []).length > 0) ? 1 : 0;
