/**
 * `npm run nightly`: what takes too long for every change, one after the other, after a build of its own: 10,000 files for every reader, a hundred kills of each
 * kind with a torn journal, ten minutes of long use, the mutants, two builds compared. Goes on after a failure, and says at the end what failed.
 */
import { spawnSync } from 'node:child_process';

const CHECKS: readonly (readonly string[])[] = [
  ['build'],
  ['fuzz', 'all'],
  ['kills', '100', '--torn', '--seed', String(Math.floor(Date.now() / 86_400_000))],
  ['soak', '10'],
  ['mutants'],
  ['audit'],
  ['reproducible'],
];

const failed: string[] = [];
for (const [script, ...options] of CHECKS) {
  process.stdout.write(`\n== npm run ${[script, ...options].join(' ')}, ${new Date().toISOString()}\n`);
  const { status } = spawnSync('npm', ['run', '--silent', script, '--', ...options], { stdio: 'inherit' });
  if (status !== 0) failed.push(script);
}
process.stdout.write(failed.length === 0 ? '\nAll held.\n' : `\nFailed: ${failed.join(', ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
