/**
 * `npm test`: builds what the tests need, runs every suite (unit, browser, whole page, the package, PyTorch where it is installed) and ends with one
 * line `N passed, N failed` for all of them. `npm test -- --project unit` and other Vitest arguments run a part.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../test/support/chromium.js';

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const reportPath = join(root, 'test/.cache/vitest.json');

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', fail);
    child.on('exit', (code) => done(code ?? 1));
  });
}

async function vitest(args: readonly string[]): Promise<Totals> {
  mkdirSync(dirname(reportPath), { recursive: true });
  rmSync(reportPath, { force: true });
  const entry = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
  const code = await run(process.execPath, [entry, 'run', ...reporters, ...args]);
  if (!existsSync(reportPath)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(reportPath, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    success: boolean;
  };
  // A file that cannot be loaded, or an error outside a test, fails the run without a failed test.
  const failed = report.numFailedTests > 0 || code === 0 ? report.numFailedTests : 1;
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
}

/** Runs a command whose output is of interest as a whole. */
function listen(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
    child.on('error', fail);
    child.on('close', (code) => done({ code: code ?? 1, output }));
  });
}

/** The tests of `pytorch/`, with Debian's or any other Python that has torch. */
async function pytorch(): Promise<Totals> {
  const nothing = { passed: 0, failed: 0, skipped: 0 };
  if (!existsSync(join(root, 'pytorch/tests'))) return nothing;
  const python = [process.env['PYTHON'], '/usr/bin/python3', 'python3'].find(
    (candidate) => candidate !== undefined && spawnSync(candidate, ['-c', 'import torch, numpy']).status === 0,
  );
  if (python === undefined) {
    process.stdout.write(
      'SKIPPED: the tests of pytorch/, for no Python with torch was found (Debian: apt-get install python3-torch).\n',
    );
    return nothing;
  }
  const { code, output } = await listen(python, ['-m', 'unittest', 'discover', '-s', 'tests', '-t', '.'], {
    cwd: join(root, 'pytorch'),
    env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE' },
  });
  const count = (pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? 0);
  const ran = count(/^Ran (\d+) tests?/m);
  const skipped = count(/skipped=(\d+)/);
  const failed = count(/failures=(\d+)/) + count(/errors=(\d+)/);
  const broken = code !== 0 && failed === 0 ? 1 : 0;
  process.stdout.write(failed + broken > 0 ? output : `pytorch: ${ran - skipped} passed, ${skipped} skipped\n`);
  return { passed: ran - skipped - failed, failed: failed + broken, skipped };
}

/** publint and are-the-types-wrong on the package as it would be published. */
async function packageCheck(): Promise<Totals> {
  const { code, output } = await listen('npm', ['run', '--silent', 'check:package']);
  if (code !== 0) process.stdout.write(output);
  return { passed: Number(code === 0), failed: Number(code !== 0), skipped: 0 };
}

/** The packed library in other people's projects, where the npm registry can be reached. */
async function consumers(): Promise<Totals> {
  const { code, output } = await listen(process.execPath, [
    '--import',
    'tsx',
    join(root, 'scripts/consumers.ts'),
    '--daily',
  ]);
  process.stdout.write(`In other people's builds:\n${output}`);
  const [, passed, failed, skipped] = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m.exec(output) ?? [];
  const broken = Number(code !== 0 && Number(failed ?? 0) === 0);
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 0) + broken, skipped: Number(skipped ?? 0) };
}

/** What needs no Vitest, one after the other. */
async function others(): Promise<readonly Totals[]> {
  return [await packageCheck(), await consumers(), await pytorch()];
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  findChromium();
  const buildCode = await run(process.execPath, ['--import', 'tsx', join(root, 'scripts/build.ts')]);
  if (buildCode !== 0) {
    process.stdout.write('The build failed, so no test was run.\n0 passed, 1 failed\n');
    process.exit(1);
  }
  // Most of both is done on one thread.
  const [own, rest] = await Promise.all([vitest(args), args.length === 0 ? others() : []]);
  const suites = [own, ...rest];
  const sum = (key: keyof Totals) => suites.reduce((total, suite) => total + suite[key], 0);
  const skipped = sum('skipped');
  process.stdout.write(
    `\n${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
  );
  process.exit(sum('failed') === 0 ? 0 : 1);
}

await main();
