/** Finds a Chromium for the tests: CHROME_PATH, an installed Chrome or Chromium, or Debian's package when run as root. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Software WebGPU, no sandbox where the tests run as root, and no background traffic of Chromium's own. */
export const CHROMIUM_ARGUMENTS: readonly string[] = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  // Else the software GPU compiles one store for each value of workgroup memory, which is most of its time.
  '--disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension',
  '--disable-gpu-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  '--mute-audio',
];

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

let found: string | undefined;

/** The path of a Chromium or Chrome. Installs Debian's `chromium` when run as root on a system with apt-get; throws with advice otherwise. */
export function findChromium(): string {
  found ??= fromEnvironment() ?? CANDIDATES.find((path) => existsSync(path)) ?? installWithApt();
  if (found === undefined) {
    throw new Error(
      'No Chromium was found for the browser tests. Set CHROME_PATH to a Chrome or Chromium, or install one (Debian: apt-get install chromium).',
    );
  }
  return found;
}

function fromEnvironment(): string | undefined {
  const path = process.env['CHROME_PATH'];
  if (path === undefined || path === '') return undefined;
  if (!existsSync(path)) throw new Error(`CHROME_PATH names ${path}, and there is no such file.`);
  return path;
}

function installWithApt(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  process.stderr.write('No Chromium found: installing the Debian package.\n');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: environment,
  });
  return CANDIDATES.find((path) => existsSync(path));
}
