/** A browser that ends with a signal which no program can answer, all its processes at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type Page } from 'playwright';
import { CHROMIUM_ARGUMENTS, findChromium } from '../chromium.js';
import { journalsOf, tearJournal, isTorn } from './journal.js';

const START_MS = 60_000;
/** Thousands of images are read one by one, on a machine that may have other things to do. */
const LOOK_MS = 600_000;

export class KilledBrowser {
  /** How many kills came in the middle of a note of the browser's own. */
  torn = 0;
  private readonly profile = mkdtempSync(join(tmpdir(), 'qcs-kills-'));

  /** @param tears leaves a torn note behind with every kill, as one in a few hundred does by itself */
  constructor(private readonly tears: boolean) {}

  /** Opens a page, lets it work, and kills the browser. */
  async run<T>(address: string, work: (page: Page) => Promise<T>): Promise<T> {
    const { child, page, close } = await this.start(address);
    try {
      return await work(page);
    } finally {
      process.kill(-child.pid!, 'SIGKILL');
      await close();
      if (this.tears) journalsOf(this.profile).forEach(tearJournal);
      else this.torn += Number(journalsOf(this.profile).some((journal) => isTorn(readFileSync(journal))));
    }
  }

  forget(): void {
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  get folder(): string {
    return this.profile;
  }

  /** A group of processes of its own, so that one signal reaches all of them. */
  private async start(address: string): Promise<{ child: ChildProcess; page: Page; close: () => Promise<void> }> {
    const port = join(this.profile, 'DevToolsActivePort');
    rmSync(port, { force: true });
    const options = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${this.profile}`, 'about:blank'];
    const child = spawn(findChromium(), [...CHROMIUM_ARGUMENTS, ...options], { detached: true, stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    for (let waited = 0; !existsSync(port) || readFileSync(port, 'utf8').split('\n').length < 2; waited += 50) {
      if (waited > START_MS) throw new Error('The browser did not start.');
      await wait(50);
    }
    const [number, path] = readFileSync(port, 'utf8').split('\n');
    const browser = await chromium.connectOverCDP(`ws://127.0.0.1:${number}${path}`);
    const [context] = browser.contexts();
    const page = await context.newPage();
    // The loader of TypeScript names functions by a helper of its own, which a page has not.
    await page.addInitScript('globalThis.__name = (it) => it;');
    await page.goto(address);
    const close = async (): Promise<void> => {
      await ended;
      await browser.close().catch(() => undefined);
    };
    return { child, page, close };
  }
}

/** Gives up after ten minutes. */
export async function withTime<T>(work: Promise<T>, otherwise: string): Promise<T> {
  return Promise.race([work, wait(LOOK_MS).then(() => Promise.reject(new Error(otherwise)))]);
}
